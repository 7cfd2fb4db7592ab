package dev.weft.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Hello;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.Peer;
import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.FailMode;
import dev.weft.engine.authz.Authorizer;
import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.RequestReport.Side;
import dev.weft.engine.telemetry.TcpReport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which connections may be, and what becomes of those that may no longer. */
class MeshWireTest {

  private static final String DOMAIN = "spiffe://cluster.local/ns/";
  private static final SpiffeId SELF = SpiffeId.parse(DOMAIN + "shop/sa/shop");
  private static final SpiffeId REVIEWS = SpiffeId.parse(DOMAIN + "default/sa/reviews");
  private static final InetSocketAddress AT_REVIEWS = FakeConnection.address(7, 9080);
  private static final InetSocketAddress ELSEWHERE = FakeConnection.address(8, 5432);
  private static final InetSocketAddress CLIENT = FakeConnection.address(2, 50_000);
  private static final Hello MESH = new Hello(Hello.Kind.TLS, null, List.of("h2", "weft"));
  private static final Hello ISTIO =
      new Hello(Hello.Kind.TLS, "outbound_.9080_._.shop", List.of("istio-http/1.1", "http/1.1"));
  private static final Hello FOREIGN = new Hello(Hello.Kind.TLS, "shop", List.of("h2"));

  static final ConnectionPolicies NO_POLICIES =
      new ConnectionPolicies(
          Authorizer.compile(Authorization.NONE, null, InstantSource.system()), Audit.NONE);

  private static final int PORT = 8080;
  private static final int OWN_TLS = 8443;
  private static final int UNMESHED = 9000;

  private final Ends ends = new Ends();
  private final List<Runnable> timers = new ArrayList<>();
  private long now = Long.MAX_VALUE - 5;
  private final MeshWire wire = wire(FailMode.OPEN);

  private MeshWire wire(FailMode mode) {
    MeshWire made =
        new MeshWire(
            new WireSettings(mode, Set.of(UNMESHED), Set.of(OWN_TLS), Set.of(3306)),
            this::later,
            () -> now);
    made.use(ends);
    return made;
  }

  private Mesh.Cancel later(Duration delay, Runnable task) {
    assertThat(delay).isEqualTo(MeshWire.GRACE);
    timers.add(task);
    return () -> timers.remove(task);
  }

  private static InboundSecurity mode(Mode mode) {
    return new InboundSecurity(mode, Map.of(), Set.of("cluster.local"));
  }

  private void configure(Mode mode) {
    wire.update(IdentityTable.of(Map.of(REVIEWS, List.of(AT_REVIEWS))), mode(mode));
    wire.update(NO_POLICIES);
  }

  private Plan accepted(int port, Hello hello) {
    return wire.accepted(FakeConnection.address(1, port), CLIENT, hello);
  }

  private static String reason(Plan plan) {
    assertThat(plan).isInstanceOf(Plan.Refuse.class);
    return ((Plan.Refuse) plan).reason();
  }

  @Test
  void connectsToTheMeshByTlsAndElsewhereAsTheApplicationDoes() {
    configure(Mode.PERMISSIVE);
    assertThat(wire.connecting(AT_REVIEWS)).isSameAs(ends.client);
    assertThat(ends.expected).isEqualTo(REVIEWS);
    assertThat(wire.connecting(ELSEWHERE)).isInstanceOf(Plan.Plain.class);
  }

  @Test
  void nothingOfTheMeshIsReachedWithoutACertificate() {
    configure(Mode.PERMISSIVE);
    wire.use(TlsEnds.none("certificate: none"));
    assertThat(reason(wire.connecting(AT_REVIEWS))).isEqualTo("certificate: none");
    assertThat(wire.connecting(ELSEWHERE)).isInstanceOf(Plan.Plain.class);
    assertThat(reason(accepted(PORT, MESH))).isEqualTo("certificate: none");
    assertThat(accepted(PORT, Hello.PLAINTEXT)).isInstanceOf(Plan.Plain.class);
  }

  @Test
  void anAddressOfTwoIdentitiesIsNobodys() {
    SpiffeId other = SpiffeId.parse(DOMAIN + "default/sa/thief");
    wire.update(
        IdentityTable.of(Map.of(REVIEWS, List.of(AT_REVIEWS), other, List.of(AT_REVIEWS))),
        mode(Mode.PERMISSIVE));
    assertThat(reason(wire.connecting(AT_REVIEWS))).startsWith("contested address: ");
  }

  @Test
  void beforeAnythingIsKnownTheFailModeDecides() {
    assertThat(wire.connecting(AT_REVIEWS)).isInstanceOf(Plan.Plain.class);
    assertThat(accepted(PORT, Hello.PLAINTEXT)).isInstanceOf(Plan.Plain.class);
    assertThat(wire.failedOpen()).isEqualTo(2);
    MeshWire closed = wire(FailMode.CLOSED);
    assertThat(reason(closed.connecting(AT_REVIEWS))).startsWith("no configuration was received");
    assertThat(reason(closed.accepted(FakeConnection.address(1, PORT), CLIENT, Hello.PLAINTEXT)))
        .startsWith("no configuration was received");
    assertThat(closed.accepted(FakeConnection.address(1, PORT), CLIENT, MESH))
        .isSameAs(ends.server);
  }

  @Test
  void beforeAnythingIsKnownOnlyTheOwnTrustDomainIsTrusted() {
    assertThat(accepted(PORT, MESH)).isSameAs(ends.server);
    assertThat(ends.trusts(REVIEWS)).isTrue();
    assertThat(ends.trusts(SpiffeId.parse("spiffe://other/ns/shop/sa/shop"))).isFalse();
    ends.self = null;
    assertThat(ends.trusts(REVIEWS)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // port, hello: under PERMISSIVE, under STRICT, under DISABLE
    "8080,MESH,tls,tls,refused",
    "8080,ISTIO,tls,tls,refused",
    "8080,PLAINTEXT,plain,refused,plain",
    "8080,SILENCE,plain,refused,plain",
    "8080,MALFORMED,plain,refused,plain",
    "8080,FOREIGN,plain,refused,plain",
    "8443,FOREIGN,plain,plain,plain",
    "8443,PLAINTEXT,plain,refused,plain",
    "8443,SILENCE,plain,refused,plain",
    "8443,MALFORMED,plain,refused,plain",
    "8443,MESH,tls,tls,refused",
  })
  void theFirstBytesDecide(
      int port, String hello, String permissive, String strict, String disabled) {
    configure(Mode.PERMISSIVE);
    assertThat(what(accepted(port, hello(hello)))).isEqualTo(permissive);
    configure(Mode.STRICT);
    assertThat(what(accepted(port, hello(hello)))).isEqualTo(strict);
    configure(Mode.DISABLE);
    assertThat(what(accepted(port, hello(hello)))).isEqualTo(disabled);
    wire.update(null, InboundSecurity.UNREADABLE);
    assertThat(what(accepted(port, hello(hello)))).isEqualTo("refused");
  }

  private static Hello hello(String name) {
    return switch (name) {
      case "MESH" -> MESH;
      case "ISTIO" -> ISTIO;
      case "FOREIGN" -> FOREIGN;
      case "PLAINTEXT" -> Hello.PLAINTEXT;
      case "SILENCE" -> Hello.SILENCE;
      default -> Hello.MALFORMED;
    };
  }

  private static String what(Plan plan) {
    if (plan instanceof Plan.Tls) {
      return "tls";
    }
    return plan instanceof Plan.Plain ? "plain" : "refused";
  }

  @Test
  void aPortMayDemandMoreOrLessThanTheRest() {
    wire.update(
        IdentityTable.EMPTY,
        new InboundSecurity(Mode.STRICT, Map.of(8081, Mode.PERMISSIVE), Set.of("cluster.local")));
    assertThat(what(accepted(8080, Hello.PLAINTEXT))).isEqualTo("refused");
    assertThat(what(accepted(8081, Hello.PLAINTEXT))).isEqualTo("plain");
    assertThat(wire.guards(FakeConnection.address(1, 8081))).isTrue();
    assertThat(wire.guards(FakeConnection.address(1, UNMESHED))).isFalse();
  }

  @Test
  void strictCutsPlaintextThatIsOpenAndLeavesTheMeshAlone() {
    configure(Mode.PERMISSIVE);
    FakeConnection plain = open(FakeConnection.inbound(PORT, 1, null));
    FakeConnection mutual = open(FakeConnection.inbound(PORT, 2, REVIEWS.toString()));
    FakeConnection unmeshed = open(FakeConnection.inbound(UNMESHED, 3, null));
    FakeConnection outgoing = open(FakeConnection.outbound(ELSEWHERE, null));
    configure(Mode.STRICT);
    assertThat(plain.refusal).startsWith("plaintext: ");
    assertThat(mutual.refusal).isNull();
    assertThat(unmeshed.refusal).isNull();
    assertThat(outgoing.refusal).isNull();
    assertThat(wire.refusals()).containsEntry("plaintext", 1L);
    assertThat(timers).isEmpty();
  }

  @Test
  void strictRefusesRequestsOnOpenConnectionsAndThenCutsThem() {
    configure(Mode.PERMISSIVE);
    FakeConnection plain = open(FakeConnection.inbound(PORT, 1, null));
    Peer peer = new Peer(plain.remote, plain.local);
    assertThat(wire.forbids(peer, wire.arrivedBy(peer))).isNull();
    configure(Mode.STRICT);
    assertThat(plain.refusal).isNull();
    assertThat(wire.forbids(peer, wire.arrivedBy(peer))).startsWith("plaintext: ");
    assertThat(timers).hasSize(1);
    timers.get(0).run();
    assertThat(plain.refusal).startsWith("plaintext: ");
  }

  @Test
  void aSwitchBackSparesWhatIsStillOpen() {
    configure(Mode.PERMISSIVE);
    FakeConnection plain = open(FakeConnection.inbound(PORT, 1, null));
    Peer peer = new Peer(plain.remote, plain.local);
    Link unused = wire.arrivedBy(peer);
    configure(Mode.STRICT);
    configure(Mode.PERMISSIVE);
    timers.get(0).run();
    assertThat(plain.refusal).isNull();
    assertThat(wire.forbids(peer, unused)).isNull();
  }

  @Test
  void aSwitchBetweenTheHelloAndTheFirstByteIsNotMissed() {
    configure(Mode.PERMISSIVE);
    assertThat(what(accepted(PORT, Hello.PLAINTEXT))).isEqualTo("plain");
    configure(Mode.STRICT);
    assertThat(open(FakeConnection.inbound(PORT, 1, null)).refusal).startsWith("plaintext: ");
  }

  @Test
  void theApplicationsOwnTlsStaysWhereItIsDeclared() {
    configure(Mode.PERMISSIVE);
    FakeConnection own = FakeConnection.inbound(OWN_TLS, 50_001, null).saying(FOREIGN);
    assertThat(what(wire.accepted(own.local, own.remote, FOREIGN))).isEqualTo("plain");
    open(own);
    FakeConnection plain = FakeConnection.inbound(OWN_TLS, 50_002, null).saying(Hello.PLAINTEXT);
    assertThat(what(wire.accepted(plain.local, plain.remote, Hello.PLAINTEXT))).isEqualTo("plain");
    open(plain);
    configure(Mode.STRICT);
    assertThat(own.refusal).isNull();
    assertThat(plain.refusal).startsWith("plaintext: ");
    Peer peer = new Peer(own.remote, own.local);
    assertThat(wire.forbids(peer, wire.arrivedBy(peer))).isNull();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aRequestOfAnUnknownConnectionIsPlaintext(Mode mode) {
    configure(mode);
    Peer unknown = new Peer(CLIENT, FakeConnection.address(1, PORT));
    boolean refused = mode == Mode.STRICT || mode == Mode.REFUSE;
    assertThat(wire.forbids(unknown, wire.arrivedBy(unknown)) != null).isEqualTo(refused);
    Peer nowhere = new Peer(null, null);
    assertThat(wire.forbids(nowhere, wire.arrivedBy(nowhere)) != null).isEqualTo(refused);
  }

  @Test
  void strictServesNobodyBesideConnectionsThatPassByTheMesh() {
    configure(Mode.PERMISSIVE);
    FakeConnection mutual = open(FakeConnection.inbound(PORT, 2, REVIEWS.toString()));
    FakeConnection outgoing = open(FakeConnection.outbound(ELSEWHERE, null));
    wire.bypassedBy("libepoll.so");
    assertThat(mutual.refusal).isNull();
    assertThat(what(accepted(PORT, MESH))).isNotEqualTo("refused");
    configure(Mode.STRICT);
    assertThat(mutual.refusal).startsWith("bypass: libepoll.so is loaded");
    assertThat(outgoing.refusal).isNull();
    assertThat(reason(accepted(PORT, MESH))).startsWith("bypass: ");
    assertThat(wire.forbids(new Peer(CLIENT, FakeConnection.address(1, PORT)), null))
        .startsWith("bypass: ");
  }

  @Test
  void whatPassesByTheMeshLaterEndsWhatStrictHadLetIn() {
    configure(Mode.STRICT);
    FakeConnection mutual = open(FakeConnection.inbound(PORT, 2, REVIEWS.toString()));
    assertThat(mutual.refusal).isNull();
    wire.bypassedBy("libepoll.so");
    assertThat(mutual.refusal).startsWith("bypass: ");
  }

  @Test
  void aRequestAtAnUnknownPortMeetsTheStrictestPolicy() {
    wire.update(
        IdentityTable.EMPTY,
        new InboundSecurity(Mode.PERMISSIVE, Map.of(1, Mode.STRICT), Set.of("cluster.local")));
    assertThat(wire.forbids(new Peer(CLIENT, null), null)).startsWith("plaintext: ");
    assertThat(wire.forbids(new Peer(CLIENT, FakeConnection.address(1, PORT)), null)).isNull();
  }

  @Test
  void whoIsOfATrustDomainThatIsTrustedNoMoreIsCut() {
    configure(Mode.PERMISSIVE);
    FakeConnection mutual = open(FakeConnection.inbound(PORT, 2, REVIEWS.toString()));
    wire.update(null, new InboundSecurity(Mode.PERMISSIVE, Map.of(), Set.of("other")));
    assertThat(mutual.refusal)
        .isEqualTo("trust domain: " + REVIEWS + " (expected: one of [other])");
  }

  @Test
  void aPolicyThatIsTakenAwayStays() {
    configure(Mode.STRICT);
    wire.update(null, null);
    assertThat(wire.isConfigured()).isTrue();
    assertThat(what(accepted(PORT, Hello.PLAINTEXT))).isEqualTo("refused");
    assertThat(wire.connecting(AT_REVIEWS)).isSameAs(ends.client);
  }

  @Test
  void onlyWhatHasBeenReceivedWhollyIsConfiguration() {
    assertThat(wire.isConfigured()).isFalse();
    wire.update(IdentityTable.EMPTY, null);
    assertThat(wire.isConfigured()).isFalse();
    wire.update(null, mode(Mode.PERMISSIVE));
    assertThat(wire.isConfigured()).isFalse();
    wire.update(NO_POLICIES);
    assertThat(wire.isConfigured()).isTrue();
  }

  @Test
  void countsWhatGoesOverConnectionsWithoutRequests() {
    configure(Mode.PERMISSIVE);
    wire.connecting(AT_REVIEWS);
    FakeConnection database = open(FakeConnection.outbound(AT_REVIEWS, REVIEWS.toString()));
    database.sent = 10;
    database.received = 2_000;
    assertThat(wire.tcp()).isEmpty(); // too young to tell what it is
    now += Duration.ofSeconds(3).toNanos();
    assertThat(wire.tcp())
        .containsExactly(
            new TcpReport(Side.SOURCE, SELF, REVIEWS, Service.UNKNOWN, 0, 1, 0, 2_000, 10));
    database.sent = 11;
    wire.closed(database);
    wire.closed(database);
    assertThat(wire.tcp())
        .containsExactly(
            new TcpReport(Side.SOURCE, SELF, REVIEWS, Service.UNKNOWN, 0, 1, 1, 2_000, 11));
    assertThat(wire.open()).isZero();
  }

  @Test
  void doesNotCountConnectionsOfRequests() {
    configure(Mode.PERMISSIVE);
    FakeConnection in = open(FakeConnection.inbound(PORT, 1, null));
    assertThat(wire.arrivedBy(new Peer(in.remote, in.local))).isNotNull();
    assertThat(wire.asking(AT_REVIEWS)).isEqualTo(REVIEWS);
    FakeConnection out = open(FakeConnection.outbound(AT_REVIEWS, REVIEWS.toString()));
    now += Duration.ofMinutes(1).toNanos();
    assertThat(wire.tcp()).isEmpty();
    wire.closed(in);
    wire.closed(out);
    assertThat(wire.tcp()).isEmpty();
  }

  @Test
  void plaintextIsCountedForNobody() {
    FakeConnection in = open(FakeConnection.inbound(PORT, 1, null));
    in.sent = 5;
    wire.closed(in);
    assertThat(wire.tcp())
        .containsExactly(
            new TcpReport(Side.DESTINATION, null, null, Service.UNKNOWN, 0, 1, 1, 5, 0));
  }

  @Test
  void whatGoesOutsideOfTheMeshIsNotCounted() {
    FakeConnection out = open(FakeConnection.outbound(ELSEWHERE, null));
    now += Duration.ofMinutes(1).toNanos();
    wire.closed(out);
    assertThat(wire.tcp()).isEmpty();
  }

  @Test
  void whoCannotGuardReachesNobodyOfTheMesh() {
    configure(Mode.STRICT);
    wire.breaks("the JDK's sockets are not woven");
    wire.use(ends);
    assertThat(reason(wire.connecting(AT_REVIEWS)))
        .isEqualTo("no mutual TLS: the JDK's sockets are not woven");
    assertThat(reason(accepted(PORT, MESH))).startsWith("no mutual TLS: ");
    assertThat(what(accepted(PORT, Hello.PLAINTEXT))).isEqualTo("refused");
  }

  @Test
  void knowsWhereServersSpeakFirst() {
    assertThat(wire.serverFirst(FakeConnection.address(1, 3306))).isTrue();
    assertThat(wire.serverFirst(FakeConnection.address(1, PORT))).isFalse();
  }

  @Test
  void reasonsAreAsManyAsAMetricCanBear() {
    for (int i = 0; i < 100; i++) {
      wire.refused(CLIENT, CLIENT, "reason " + i + ": details");
    }
    assertThat(wire.refusals()).hasSize(33).containsEntry("other", 68L);
  }

  private FakeConnection open(FakeConnection connection) {
    wire.opened(connection);
    return connection;
  }

  /** Gives plans that only the test makes. */
  private static final class Ends implements TlsEnds {
    final Plan client = new Plan.Tls(new NoEngine(), session -> "client");
    final Plan server = new Plan.Tls(new NoEngine(), session -> "server");
    @Nullable SpiffeId self = SELF;
    @Nullable SpiffeId expected;
    Predicate<SpiffeId> trusted = id -> false;

    boolean trusts(SpiffeId id) {
      return trusted.test(id);
    }

    @Override
    public Plan client(SpiffeId who, InetSocketAddress remote) {
      expected = who;
      return client;
    }

    @Override
    public Plan server(Predicate<SpiffeId> who) {
      trusted = who;
      return server;
    }

    @Override
    public @Nullable SpiffeId self() {
      return self;
    }
  }
}
