package dev.weft.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.FailMode;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.egress.EgressSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who calls in plaintext, as an operator is told who wants to demand mutual TLS. */
class PlaintextCallersTest {

  private static final int HTTP = 8080;
  private static final int OPAQUE = 5432;
  private static final int OWN_TLS = 8443;
  private static final int UNMESHED = 9000;
  private static final String REVIEWS = "spiffe://cluster.local/ns/default/sa/reviews";
  private static final Hello TLS = new Hello(Hello.Kind.TLS, "shop", List.of("h2"));
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long BEGIN = Long.MAX_VALUE - Duration.ofMinutes(30).toNanos(); // it wraps

  private long now = BEGIN;
  private int clientPort = 50_000;
  private final MeshWire wire =
      new MeshWire(
          new WireSettings(
              FailMode.OPEN,
              Set.of(UNMESHED),
              Set.of(OWN_TLS),
              Set.of(),
              EgressSettings.STRICT,
              new Probes(Map.of(HTTP, Set.of("/health")))),
          (delay, task) -> () -> {},
          () -> now);

  @BeforeEach
  void configure() {
    wire.listening(FakeConnection.address(1, HTTP), "tomcat");
    demand(Mode.PERMISSIVE);
  }

  private void demand(Mode mode) {
    wire.update(IdentityTable.EMPTY, new InboundSecurity(mode, Map.of(), Set.of("cluster.local")));
    wire.update(MeshWireTest.NO_POLICIES);
  }

  private FakeConnection open(int port, int peer, Hello hello) {
    InetSocketAddress remote = FakeConnection.address(peer, clientPort++);
    FakeConnection connection = FakeConnection.inbound(port, remote).saying(hello);
    wire.opened(connection);
    return connection;
  }

  /** As an inbound request comes in: what is no health check is asked about. */
  private void ask(FakeConnection connection, String target) {
    Peer peer = new Peer(connection.remote, connection.local);
    Link link = wire.arrivedBy(peer);
    RequestHead head = new RequestHead("test", "GET", "http", "shop", target, Headers.NONE);
    if (!wire.isProbe(peer, link, head)) {
      String unused = wire.forbids(peer, link);
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private List<String> callers() {
    return wire.plaintext(HOUR).callers().stream().map(this::shown).toList();
  }

  private String shown(PlaintextReport.Caller it) {
    return String.join(
        " ",
        it.peer().getHostAddress() + (it.ownTls() ? " TLS" : ""),
        "at " + it.port() + ":",
        it.connections() + ", " + it.open() + " open,",
        Duration.ofNanos(now - it.lastNanos()).toSeconds() + " s ago");
  }

  @Test
  void aConnectionThatBringsRequestsCountsOnce() {
    FakeConnection connection = open(HTTP, 2, Hello.PLAINTEXT);
    assertThat(callers()).isEmpty();
    ask(connection, "/health");
    assertThat(callers()).isEmpty();
    ask(connection, "/cart");
    ask(connection, "/cart");
    pass(Duration.ofSeconds(3));
    assertThat(callers()).containsExactly("10.0.0.2 at 8080: 1, 1 open, 3 s ago");
    ask(open(HTTP, 2, Hello.PLAINTEXT), "/cart");
    ask(open(HTTP, 3, Hello.PLAINTEXT), "/cart");
    wire.closed(connection);
    assertThat(callers())
        .containsExactly(
            "10.0.0.2 at 8080: 2, 1 open, 0 s ago", "10.0.0.3 at 8080: 1, 1 open, 0 s ago");
  }

  @Test
  void healthChecksAreNoCallers() {
    FakeConnection kubelet = open(HTTP, 2, Hello.PLAINTEXT);
    ask(kubelet, "/health");
    wire.closed(kubelet);
    assertThat(callers()).isEmpty();
    demand(Mode.STRICT);
    FakeConnection strict = open(HTTP, 2, Hello.PLAINTEXT);
    ask(strict, "/health");
    assertThat(strict.refusal).isNull();
    assertThat(callers()).isEmpty();
  }

  @Test
  void whoSaysNothingOnlyLooksWhetherSomebodyListens() {
    InetSocketAddress remote = FakeConnection.address(2, 50_000);
    FakeConnection looks = FakeConnection.inbound(OPAQUE, remote);
    wire.opened(looks);
    assertThat(callers()).isEmpty();
    wire.closed(looks);
    assertThat(callers()).isEmpty();
    FakeConnection answers = FakeConnection.inbound(OPAQUE, remote);
    wire.opened(answers);
    answers.received = 1;
    assertThat(callers()).containsExactly("10.0.0.2 at 5432: 1, 1 open, 0 s ago");
    wire.closed(answers);
    FakeConnection brief = FakeConnection.inbound(OPAQUE, remote);
    wire.opened(brief);
    brief.received = 1;
    wire.closed(brief);
    assertThat(callers()).containsExactly("10.0.0.2 at 5432: 2, 0 open, 0 s ago");
  }

  @Test
  void whatStrictLetsInIsNotCounted() {
    FakeConnection mutual = FakeConnection.inbound(HTTP, clientPort++, REVIEWS);
    wire.opened(mutual);
    ask(mutual, "/cart");
    wire.opened(FakeConnection.inbound(OPAQUE, clientPort++, REVIEWS));
    FakeConnection declared = open(OWN_TLS, 2, TLS);
    open(UNMESHED, 2, Hello.PLAINTEXT);
    wire.opened(FakeConnection.outbound(FakeConnection.address(7, OPAQUE), null));
    assertThat(callers()).isEmpty();
    demand(Mode.STRICT);
    assertThat(declared.refusal).isNull();
  }

  @Test
  void tlsThatIsNotDeclaredIsNamedAsSuch() {
    FakeConnection undeclared = open(OPAQUE, 2, TLS);
    open(OPAQUE, 2, Hello.PLAINTEXT);
    open(OWN_TLS, 2, Hello.PLAINTEXT);
    assertThat(callers())
        .containsExactly(
            "10.0.0.2 at 5432: 1, 1 open, 0 s ago",
            "10.0.0.2 TLS at 5432: 1, 1 open, 0 s ago",
            "10.0.0.2 at 8443: 1, 1 open, 0 s ago");
    demand(Mode.STRICT);
    assertThat(undeclared.refusal).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void onlyWhereBothAreTaken(Mode mode) {
    demand(mode);
    open(OPAQUE, 2, Hello.PLAINTEXT);
    ask(open(HTTP, 2, Hello.PLAINTEXT), "/cart");
    assertThat(callers()).hasSize(mode == Mode.PERMISSIVE ? 2 : 0);
  }

  @Test
  void whoIsLetInBeforeAnythingIsKnownCounts() {
    MeshWire unknowing =
        new MeshWire(
            new WireSettings(FailMode.OPEN, Set.of(), Set.of(), Set.of()),
            (delay, task) -> () -> {},
            () -> now);
    unknowing.opened(
        FakeConnection.inbound(OPAQUE, FakeConnection.address(2, 1)).saying(Hello.PLAINTEXT));
    assertThat(unknowing.plaintext(HOUR).callers()).hasSize(1);
  }

  @Test
  void anotherRuleCountsWhoIsThereAlready() {
    demand(Mode.DISABLE);
    open(OPAQUE, 2, Hello.PLAINTEXT);
    assertThat(callers()).isEmpty();
    demand(Mode.PERMISSIVE);
    assertThat(callers()).containsExactly("10.0.0.2 at 5432: 1, 1 open, 0 s ago");
  }

  @Test
  void requestsOfUnknownConnectionsCountByThemselves() {
    Peer unknown = new Peer(FakeConnection.address(4, 1), FakeConnection.address(1, HTTP));
    for (int i = 0; i < 3; i++) {
      String unused = wire.forbids(unknown, null);
    }
    assertThat(callers()).containsExactly("10.0.0.4 at 8080: 3, 0 open, 0 s ago");
  }

  @Test
  void whoHasNotCalledForLongDropsOutAndLeavesTheTimeBehind() {
    open(OPAQUE, 2, Hello.PLAINTEXT);
    FakeConnection brief = open(OPAQUE, 3, Hello.PLAINTEXT);
    wire.closed(brief);
    assertThat(wire.plaintext(HOUR).sinceNanos()).isEqualTo(BEGIN);
    pass(Duration.ofMinutes(10));
    wire.closed(open(OPAQUE, 4, Hello.PLAINTEXT));
    long last = now;
    pass(HOUR);
    assertThat(callers())
        .containsExactly(
            "10.0.0.2 at 5432: 1, 1 open, 4200 s ago", "10.0.0.4 at 5432: 1, 0 open, 3600 s ago");
    pass(Duration.ofSeconds(1));
    assertThat(callers()).hasSize(1);
    assertThat(wire.plaintext(HOUR).sinceNanos()).isEqualTo(last);
  }

  @Test
  void memoryIsBoundedAndWhatIsLeftOffCounted() {
    FakeConnection last = open(OPAQUE, 2, Hello.PLAINTEXT);
    for (int i = 0; i < PlaintextCallers.MOST + 3; i++) {
      last = open(10_000 + i, 2, Hello.PLAINTEXT);
    }
    assertThat(callers()).hasSize(PlaintextCallers.MOST);
    assertThat(wire.plaintext(HOUR).leftOff()).isEqualTo(4);
    pass(HOUR.multipliedBy(2));
    assertThat(wire.plaintext(HOUR).leftOff()).isEqualTo(4); // they are open
    wire.closed(last);
    assertThat(wire.plaintext(HOUR).leftOff()).isEqualTo(4);
  }

  @Test
  void anAddressPairThatIsGivenAnewEndsTheConnectionBefore() {
    InetSocketAddress remote = FakeConnection.address(2, 50_000);
    FakeConnection before = FakeConnection.inbound(OPAQUE, remote).saying(Hello.PLAINTEXT);
    FakeConnection after = FakeConnection.inbound(OPAQUE, remote).saying(Hello.PLAINTEXT);
    wire.opened(before);
    wire.opened(after);
    wire.closed(before);
    assertThat(callers()).containsExactly("10.0.0.2 at 5432: 2, 1 open, 0 s ago");
    wire.closed(after);
    assertThat(callers()).containsExactly("10.0.0.2 at 5432: 2, 0 open, 0 s ago");
  }
}
