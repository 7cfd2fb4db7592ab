package dev.weft.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.FailMode;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.config.Transport;
import dev.weft.engine.config.Transport.ServerName;
import dev.weft.engine.config.Transport.Tls;
import dev.weft.engine.config.Transport.Verification;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is spoken where rules say so. */
class TransportTest {

  private static final SpiffeId REVIEWS =
      SpiffeId.parse("spiffe://cluster.local/ns/default/sa/reviews");
  private static final InetSocketAddress AT_REVIEWS = FakeConnection.address(7, 9080);
  private static final InetSocketAddress OUTSIDE = FakeConnection.address(8, 443);
  private static final Tls SIMPLE =
      new Tls(
          new ServerName("", true),
          new Verification(false, null, null, List.of(), true),
          null,
          List.of());
  private static final Tls OTHER =
      new Tls(new ServerName("other", false), Verification.NONE, null, List.of());

  private final List<Tls> originated = new ArrayList<>();
  private final List<SpiffeId> expected = new ArrayList<>();
  private final List<Runnable> timers = new ArrayList<>();
  private final MeshWire wire =
      new MeshWire(
          new WireSettings(FailMode.CLOSED, Set.of(), Set.of(), Set.of()), this::later, () -> 0);

  private Mesh.Cancel later(Duration delay, Runnable task) {
    assertThat(delay).isEqualTo(MeshWire.GRACE);
    timers.add(task);
    return () -> timers.remove(task);
  }

  @BeforeEach
  void begin() {
    wire.use(new Ends());
    wire.use(
        (tls, remote) -> {
          originated.add(tls);
          return new Plan.Tls(new NoEngine(), session -> null, true);
        });
    wire.update(
        IdentityTable.of(Map.of(REVIEWS, List.of(AT_REVIEWS))),
        new InboundSecurity(Mode.PERMISSIVE, Map.of(), Set.of("cluster.local")));
    wire.guard(new HostTable(Set.of(), List.of()), Map.of());
  }

  private static Cluster cluster(String name, Transport transport, InetSocketAddress... places) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (InetSocketAddress place : places) {
      endpoints.add(new Endpoint(place, 1, Health.HEALTHY, 0, Workload.UNKNOWN));
    }
    return new Cluster(
        name,
        places.length == 0 ? Discovery.ORIGINAL : Discovery.ENDPOINTS,
        TrafficPolicy.of(LoadBalancing.ROUND_ROBIN, Duration.ofSeconds(1)),
        transport,
        new Service("api.example.com", "api", "default"),
        endpoints);
  }

  private void configure(Cluster... clusters) {
    Map<String, Cluster> byName = new HashMap<>();
    for (Cluster cluster : clusters) {
      byName.put(cluster.name(), cluster);
    }
    wire.update(byName);
  }

  private static String reason(Plan plan) {
    assertThat(plan).isInstanceOf(Plan.Refuse.class);
    return ((Plan.Refuse) plan).reason();
  }

  @Test
  void originatesTlsUnderTheNameOfTheService() {
    configure(cluster("a", SIMPLE, OUTSIDE));
    assertThat(wire.connecting(OUTSIDE)).isInstanceOf(Plan.Tls.class);
    assertThat(originated.get(0).serverName()).isEqualTo(new ServerName("api.example.com", true));
    assertThat(wire.connecting(FakeConnection.address(8, 80))).isInstanceOf(Plan.Plain.class);
  }

  @Test
  void findsByItsNameWhatTheLibraryHasLookedUp() throws UnknownHostException {
    configure(cluster("a", SIMPLE, InetSocketAddress.createUnresolved("api.example.com", 443)));
    byte[] address = {9, 9, 9, 9};
    assertThat(
            wire.connecting(
                new InetSocketAddress(InetAddress.getByAddress("API.example.com", address), 443)))
        .isInstanceOf(Plan.Tls.class);
    assertThat(
            wire.connecting(
                new InetSocketAddress(InetAddress.getByAddress("www.example.com", address), 443)))
        .isInstanceOf(Plan.Plain.class);
  }

  @Test
  void anyRuleWithTlsGoesOverTheMeshsOwn() {
    configure(cluster("a", Transport.Plain.PLAINTEXT, AT_REVIEWS));
    assertThat(wire.connecting(AT_REVIEWS)).isInstanceOf(Plan.Plain.class);
    assertThat(wire.asking(AT_REVIEWS)).isNull();
    configure(cluster("a", SIMPLE, AT_REVIEWS));
    assertThat(wire.connecting(AT_REVIEWS)).isInstanceOf(Plan.Tls.class);
    assertThat(expected).isEmpty();
    configure(cluster("a", Transport.Plain.AUTO, AT_REVIEWS));
    wire.connecting(AT_REVIEWS);
    assertThat(expected).containsExactly(REVIEWS);
    assertThat(wire.asking(AT_REVIEWS)).isEqualTo(REVIEWS);
  }

  @Test
  void mutualTlsIsNeverLessThanThat() {
    configure(cluster("a", new Transport.Mutual(List.of()), OUTSIDE, AT_REVIEWS));
    assertThat(reason(wire.connecting(OUTSIDE))).startsWith("mutual TLS: nobody of the mesh");
    wire.connecting(AT_REVIEWS);
    assertThat(expected).containsExactly(REVIEWS);
  }

  @Test
  void mutualTlsMayDemandWho() {
    String other = "spiffe://cluster.local/ns/default/sa/other";
    configure(cluster("a", new Transport.Mutual(List.of(other)), OUTSIDE, AT_REVIEWS));
    assertThat(reason(wire.connecting(AT_REVIEWS)))
        .isEqualTo("identity: " + REVIEWS + " (expected: one of [" + other + "])");
    wire.connecting(OUTSIDE);
    assertThat(expected).containsExactly(SpiffeId.parse(other));
    configure(cluster("a", new Transport.Mutual(List.of("db.internal")), OUTSIDE));
    assertThat(reason(wire.connecting(OUTSIDE))).startsWith("mutual TLS: nobody of the mesh");
  }

  @Test
  void whatCannotBeEnforcedReachesNobody() {
    configure(cluster("a", new Transport.Refused("no such secret"), OUTSIDE));
    assertThat(reason(wire.connecting(OUTSIDE))).isEqualTo("no such secret");
  }

  @Test
  void anAddressOfTwoRulesThatDifferIsNotReached() {
    configure(cluster("a", SIMPLE, OUTSIDE), cluster("b", OTHER, OUTSIDE));
    assertThat(reason(wire.connecting(OUTSIDE))).startsWith("contested address: ");
    configure(cluster("a", SIMPLE, OUTSIDE), cluster("b", SIMPLE, OUTSIDE));
    assertThat(wire.connecting(OUTSIDE)).isInstanceOf(Plan.Tls.class);
    configure(cluster("a", SIMPLE, OUTSIDE), cluster("b", Transport.Plain.AUTO, OUTSIDE));
    assertThat(wire.connecting(OUTSIDE)).isInstanceOf(Plan.Tls.class);
  }

  @Test
  void whereTheCallerChoosesTheAddressItsRequestsSayIt() {
    Cluster anywhere = cluster("a", SIMPLE);
    configure(anywhere);
    InetSocketAddress chosen = InetSocketAddress.createUnresolved("x.example.com", 80);
    assertThat(wire.connecting(chosen)).isInstanceOf(Plan.Plain.class);
    assertThat(wire.obstacle(anywhere, chosen)).isNull();
    assertThat(wire.connecting(chosen)).isInstanceOf(Plan.Tls.class);
    assertThat(originated.get(0).serverName().text()).isEqualTo("x.example.com");
    configure(anywhere, cluster("b", OTHER, OUTSIDE));
    assertThat(wire.connecting(chosen)).isInstanceOf(Plan.Tls.class);
    configure(cluster("a", OTHER));
    wire.connecting(chosen);
    assertThat(originated.get(2)).isEqualTo(OTHER);
    configure();
    assertThat(wire.connecting(chosen)).isInstanceOf(Plan.Plain.class);
  }

  @Test
  void whoCannotGuardSendsNothingThatMustBeEncrypted() {
    Cluster encrypted = cluster("a", SIMPLE, OUTSIDE);
    configure(encrypted);
    assertThat(wire.obstacle(encrypted, OUTSIDE)).isNull();
    wire.breaks("no hooks");
    assertThat(wire.obstacle(encrypted, OUTSIDE)).isEqualTo("no TLS: no hooks");
    assertThat(wire.obstacle(cluster("a", Transport.Plain.PLAINTEXT, OUTSIDE), OUTSIDE)).isNull();
    assertThat(reason(wire.connecting(OUTSIDE))).isEqualTo("no TLS: no hooks");
  }

  @Test
  void whatIsOpenUnderAnotherRuleEndsOnceItIsQuiet() {
    configure(cluster("a", SIMPLE, OUTSIDE));
    timers.clear();
    FakeConnection busy = FakeConnection.outbound(OUTSIDE, null);
    wire.opened(busy);
    configure(cluster("a", SIMPLE, OUTSIDE, AT_REVIEWS));
    assertThat(timers).isEmpty(); // what it speaks has not changed
    configure(cluster("a", OTHER, OUTSIDE));
    configure(cluster("a", OTHER, OUTSIDE), cluster("b", SIMPLE, AT_REVIEWS));
    timers.remove(0).run();
    assertThat(timers).hasSize(1); // two changes, and one look at a time
    assertThat(busy.retired).isFalse();
    busy.sent = 7;
    timers.remove(0).run();
    assertThat(busy.retired).isFalse();
    timers.remove(0).run();
    assertThat(busy.retired).isTrue();
    assertThat(timers).isEmpty();
  }

  @Test
  void whatIsOpenToSomebodyElseEndsOnceItIsQuiet() {
    wire.update(IdentityTable.of(Map.of()), null);
    FakeConnection before = FakeConnection.outbound(AT_REVIEWS, null);
    wire.opened(before);
    FakeConnection elsewhere = FakeConnection.outbound(OUTSIDE, null);
    wire.opened(elsewhere);
    assertThat(timers).isEmpty();
    wire.update(IdentityTable.of(Map.of(REVIEWS, List.of(AT_REVIEWS))), null);
    timers.remove(0).run();
    assertThat(before.retired).isFalse(); // it is not known yet whether it is quiet
    timers.remove(0).run();
    assertThat(before.retired).isTrue();
    assertThat(elsewhere.retired).isFalse();
    assertThat(timers).isEmpty();
    wire.closed(before);

    FakeConnection since = FakeConnection.outbound(AT_REVIEWS, REVIEWS.toString());
    wire.opened(since);
    // What is encrypted stays so when nobody of the mesh is known there any more.
    wire.update(IdentityTable.of(Map.of()), null);
    assertThat(timers).isEmpty();
  }

  private final class Ends implements TlsEnds {
    @Override
    public Plan client(SpiffeId who, InetSocketAddress remote) {
      expected.add(who);
      return new Plan.Tls(new NoEngine(), session -> "client");
    }

    @Override
    public Plan server(Predicate<SpiffeId> trusted) {
      throw new AssertionError("server");
    }

    @Override
    public @Nullable SpiffeId self() {
      return null;
    }
  }
}
