package dev.weft.xds;

import static dev.weft.xds.ScriptedControl.CLUSTERS;
import static dev.weft.xds.ScriptedControl.HOSTS;
import static dev.weft.xds.ScriptedControl.IDENTITIES;
import static dev.weft.xds.ScriptedControl.INBOUND;
import static dev.weft.xds.ScriptedControl.TRUST;
import static dev.weft.xds.ScriptedControl.resource;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.control.api.v1.HostTable;
import dev.weft.control.api.v1.IdentityEndpoints;
import dev.weft.control.api.v1.InboundSecurity;
import dev.weft.control.api.v1.TcpRoute;
import dev.weft.control.api.v1.TcpService;
import dev.weft.control.api.v1.TcpShare;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.config.SpiffeId;
import dev.weft.xds.decode.TrustBundle;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a workload with an identity is told besides. */
class IdentityResourcesTest {

  private static final String NAME = "default?app=web&version=v1";
  private static final String REVIEWS = "spiffe://cluster.local/ns/default/sa/reviews";
  private static final String RATINGS = "spiffe://cluster.local/ns/default/sa/ratings";

  /** An authority's certificate, and one that is none's. */
  private static final byte[] ROOT =
      Base64.getDecoder()
          .decode(
              "MIIBfzCCASWgAwIBAgIUPZ3iY+TXlfZIjMgchmjawCgJPxcwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJ"
                  + "dGVzdCByb290MCAXDTI2MTEyMTIwMzUzMloYDzIxMjYxMDI4MjAzNTMyWjAUMRIwEAYDVQQDDAl0ZXN0"
                  + "IHJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR+USmMx4N96UfrwiY9vfSA98a84igpXIuHsZNE"
                  + "gKfpMeOjphQAA85FwgF3i4aHbbJXrCdNJQaGXmPASZ2sqQkao1MwUTAdBgNVHQ4EFgQUJ/JbW7u60teD"
                  + "iTs02MYH0PTkbmUwHwYDVR0jBBgwFoAUJ/JbW7u60teDiTs02MYH0PTkbmUwDwYDVR0TAQH/BAUwAwEB"
                  + "/zAKBggqhkjOPQQDAgNIADBFAiA3CxaBuS9VMeYWY4+nib2W5Jde1/yrHn3lWVUucImBwwIhAOsLS0eE"
                  + "xZbXBZiYYB/wCVINptb42uAL2t+s5mG3EG/v");

  private static final byte[] LEAF =
      Base64.getDecoder()
          .decode(
              "MIIBcTCCARigAwIBAgIUf4+Eji+tQxXZse/2wO4ROsS4BWgwCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwE"
                  + "bGVhZjAgFw0yNjExMjEyMDM1MzJaGA8yMTI2MTAyODIwMzUzMlowDzENMAsGA1UEAwwEbGVhZjBZMBMG"
                  + "ByqGSM49AgEGCCqGSM49AwEHA0IABH5RKYzHg33pR+vCJj299ID3xrziKClci4exk0SAp+kx46OmFAAD"
                  + "zkXCAXeLhodtslesJ00lBoZeY8BJnaypCRqjUDBOMB0GA1UdDgQWBBQn8ltbu7rS14OJOzTYxgfQ9ORu"
                  + "ZTAfBgNVHSMEGDAWgBQn8ltbu7rS14OJOzTYxgfQ9ORuZTAMBgNVHRMBAf8EAjAAMAoGCCqGSM49BAMC"
                  + "A0cAMEQCIBk9AcsVVy85bXcjoxlWphcpKxz/SP1mPIPWFRY8ceY/AiB1/O6xbYXxVnBShEz6qVfHjRMA"
                  + "rYPcnHtn5N1XfXW79g==");

  private ScriptedControl control;
  private ClientUnderTest test;

  @BeforeEach
  void start() throws Exception {
    control = new ScriptedControl();
    test =
        new ClientUnderTest(
            ClientUnderTest.settings(control.port(), ClientUnderTest.QUICK).withIdentity());
  }

  @AfterEach
  void stop() throws Exception {
    test.close();
    control.close();
  }

  private static IdentityEndpoints at(String identity, String... addresses) {
    return IdentityEndpoints.newBuilder()
        .setIdentity(identity)
        .addAllAddresses(List.of(addresses))
        .build();
  }

  private static InboundSecurity.Builder security(InboundSecurity.Mode mode) {
    return InboundSecurity.newBuilder().setMode(mode).addTrustDomains("cluster.local");
  }

  private static dev.weft.control.api.v1.TrustBundle trust(byte[]... roots) {
    return dev.weft.control.api.v1.TrustBundle.newBuilder()
        .addAllRoots(Arrays.stream(roots).map(ByteString::copyFrom).toList())
        .build();
  }

  private static byte[] sixteen(int last) {
    byte[] bytes = new byte[16];
    bytes[15] = (byte) last;
    return bytes;
  }

  private static SpiffeId who(Snapshot snapshot, int last) {
    return Objects.requireNonNull(snapshot.identities())
        .of(new InetSocketAddress("10.0.0." + last, 9080));
  }

  private void await(Predicate<Snapshot> state) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> state.test(test.last()));
  }

  private void open() throws Exception {
    control.next(HOSTS);
    assertThat(control.next(IDENTITIES).getResourceNamesSubscribeList()).containsExactly("*");
    assertThat(control.next(INBOUND).getResourceNamesSubscribeList()).containsExactly(NAME);
  }

  private DeltaDiscoveryRequest trustAsked() throws Exception {
    return Objects.requireNonNull(control.ofTrust.poll(20, TimeUnit.SECONDS));
  }

  private void giveAll() throws Exception {
    open();
    control.send(HOSTS, resource("default", "1", Samples.hosts("reviews")));
    control.send(IDENTITIES, resource(REVIEWS, "1", at(REVIEWS, "10.0.0.1:9080", "[::1]:80")));
    control.send(
        INBOUND,
        resource(
            NAME,
            "1",
            security(InboundSecurity.Mode.PERMISSIVE)
                .putPorts(9000, InboundSecurity.Mode.DISABLE)
                .build()));
    test.client.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
    control.next(HOSTS);
    control.next(IDENTITIES);
    control.next(INBOUND);
  }

  @Test
  void isReadyOnceEverythingHasCome() throws Exception {
    open();
    control.send(HOSTS, resource("default", "1", Samples.hosts("reviews")));
    await(snapshot -> snapshot.hosts() != null);
    control.send(IDENTITIES); // nobody has an identity yet: that is known then
    await(snapshot -> snapshot.identities() != null);
    assertThat(test.client.ready().toCompletableFuture()).isNotDone();
    assertThat(test.last().inbound()).isNull();
    control.send(INBOUND, resource(NAME, "1", security(InboundSecurity.Mode.STRICT).build()));
    test.client.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(Objects.requireNonNull(test.last().inbound()).of(80)).isEqualTo(Mode.STRICT);
  }

  @Test
  void connectionsToWhatDoesNotExistAreSettledToo() throws Exception {
    giveAll();
    TcpService db =
        TcpService.newBuilder()
            .addNames("db")
            .setPort(5432)
            .addRoutes(
                TcpRoute.newBuilder()
                    .addShares(TcpShare.newBuilder().setCluster("gone").setWeight(1)))
            .build();
    HostTable hosts = Samples.hosts("reviews").toBuilder().addTcp(db).build();
    control.send(HOSTS, resource("default", "2", hosts));
    await(snapshot -> !snapshot.tcp().settled());
    control.next(HOSTS);
    assertThat(control.next(CLUSTERS).getResourceNamesSubscribeList()).containsExactly("gone");
    control.send(CLUSTERS, List.of(), List.of("gone"));
    await(snapshot -> snapshot.tcp().settled());
    assertThat(test.last().tcp().services()).hasSize(1);
    assertThat(test.last().clusters()).isEmpty();
  }

  @Test
  void knowsWhoIsWhere() throws Exception {
    giveAll();
    Snapshot first = test.last();
    assertThat(who(first, 1)).hasToString(REVIEWS);
    java.net.InetAddress loopback = java.net.InetAddress.getByAddress(sixteen(1));
    assertThat(Objects.requireNonNull(first.identities()).of(new InetSocketAddress(loopback, 80)))
        .hasToString(REVIEWS);
    assertThat(first.inbound())
        .isEqualTo(
            new dev.weft.engine.config.InboundSecurity(
                Mode.PERMISSIVE, Map.of(9000, Mode.DISABLE), java.util.Set.of("cluster.local")));
    control.send(IDENTITIES, resource(RATINGS, "1", at(RATINGS, "10.0.0.2:9080")));
    await(snapshot -> who(snapshot, 2) != null);
    assertThat(who(test.last(), 1)).hasToString(REVIEWS);
    control.send(IDENTITIES, List.of(), List.of(REVIEWS));
    await(snapshot -> who(snapshot, 1) == null);
    assertThat(who(test.last(), 2)).hasToString(RATINGS);
  }

  @Test
  void aPolicyThatCannotBeReadLetsNothingIn() throws Exception {
    giveAll();
    control.send(
        INBOUND,
        resource(NAME, "2", security(InboundSecurity.Mode.PERMISSIVE).setModeValue(7).build()));
    DeltaDiscoveryRequest answer = control.next(INBOUND);
    assertThat(answer.getErrorDetail().getMessage())
        .isEqualTo(
            "InboundSecurity \"" + NAME + "\": mode: 7 (expected: DISABLE, PERMISSIVE or STRICT)");
    await(snapshot -> dev.weft.engine.config.InboundSecurity.UNREADABLE.equals(snapshot.inbound()));
    control.send(INBOUND, resource(NAME, "3", security(InboundSecurity.Mode.STRICT).build()));
    await(snapshot -> Objects.requireNonNull(snapshot.inbound()).of(1) == Mode.STRICT);
  }

  @Test
  void isToldWhomTheMeshBelieves() throws Exception {
    giveAll();
    assertThat(trustAsked().getResourceNamesSubscribeList()).containsExactly("ROOTCA");
    control.send(TRUST, resource("ROOTCA", "1", trust(ROOT)));
    TrustBundle told = test.bundles.poll(20, TimeUnit.SECONDS);
    assertThat(Objects.requireNonNull(told).roots()).hasSize(1);
    assertThat(told.roots().get(0).getEncoded()).isEqualTo(ROOT);
    assertThat(trustAsked().hasErrorDetail()).isFalse();
    // What cannot be read leaves it in force, and is refused.
    for (dev.weft.control.api.v1.TrustBundle bad :
        List.of(trust(), trust(ROOT, new byte[] {1, 2}), trust(LEAF))) {
      control.send(TRUST, resource("ROOTCA", "2", bad));
      assertThat(trustAsked().getErrorDetail().getMessage())
          .startsWith("TrustBundle \"ROOTCA\": roots")
          .contains("expected");
    }
    assertThat(test.bundles).isEmpty();
  }

  @Test
  void anIdentityThatCannotBeReadKeepsItsPlace() throws Exception {
    giveAll();
    control.send(
        IDENTITIES,
        resource(REVIEWS, "2", at(REVIEWS, "nowhere")),
        resource(RATINGS, "1", at(RATINGS, "10.0.0.2:9080")));
    assertThat(control.next(IDENTITIES).getErrorDetail().getMessage())
        .startsWith("IdentityEndpoints \"" + REVIEWS + "\": addresses[0]: \"nowhere\"");
    await(snapshot -> who(snapshot, 2) != null);
    assertThat(who(test.last(), 1)).hasToString(REVIEWS);
  }

  @Test
  void saysAfterAReconnectionWhatItHas() throws Exception {
    giveAll();
    int port = control.port();
    control.close();
    control = new ScriptedControl(port);
    control.next(HOSTS);
    DeltaDiscoveryRequest identities = control.next(IDENTITIES);
    assertThat(identities.getResourceNamesSubscribeList()).containsExactly("*");
    assertThat(identities.getInitialResourceVersionsMap()).containsEntry(REVIEWS, "1").hasSize(1);
    assertThat(control.next(INBOUND).getInitialResourceVersionsMap()).containsEntry(NAME, "1");
    control.send(IDENTITIES, List.of(), List.of(REVIEWS));
    await(snapshot -> who(snapshot, 1) == null);
  }

  @Test
  void whoHasNoIdentityAsksForNone() throws Exception {
    try (ClientUnderTest plain = new ClientUnderTest(control.port())) {
      // The client of these tests has asked for its own three already, or will.
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> control.requests.size() >= 4);
      Thread.sleep(200);
      assertThat(control.requests.stream().filter(r -> r.getTypeUrl().equals(HOSTS))).hasSize(2);
      assertThat(control.requests.stream().filter(r -> r.getTypeUrl().equals(INBOUND))).hasSize(1);
      assertThat(plain.client.ready().toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void theOtherProtocolTellsTheSame() throws Exception {
    test.close();
    control.close();
    control = new ScriptedControl().withoutDelta();
    test =
        new ClientUnderTest(
            ClientUnderTest.settings(control.port(), ClientUnderTest.QUICK).withIdentity());
    control.nextOfWorld(HOSTS);
    assertThat(control.nextOfWorld(IDENTITIES).getResourceNamesList()).containsExactly("*");
    assertThat(control.nextOfWorld(INBOUND).getResourceNamesList()).containsExactly(NAME);
    control.sendWorld(HOSTS, "1", Samples.hosts("reviews"));
    control.sendWorld(IDENTITIES, "1", at(REVIEWS, "10.0.0.1:9080"), at(RATINGS, "10.0.0.2:9080"));
    control.sendWorld(INBOUND, "1", security(InboundSecurity.Mode.STRICT).build());
    test.client.ready().toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(who(test.last(), 2)).hasToString(RATINGS);
    control.sendWorld(IDENTITIES, "2", at(REVIEWS, "10.0.0.1:9080"));
    await(snapshot -> who(snapshot, 2) == null);
    assertThat(who(test.last(), 1)).hasToString(REVIEWS);
  }
}
