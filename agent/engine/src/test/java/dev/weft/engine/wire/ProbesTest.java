package dev.weft.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Headers;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.FailMode;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.egress.EgressSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be asked in plaintext where mutual TLS is demanded. */
class ProbesTest {

  private static final int PORT = 8080;
  private static final int GRPC = 9090;
  private static final int OPAQUE = 5432;
  private static final int OTHER = 8081;
  private static final String SHOP = "spiffe://cluster.local/ns/shop/sa/shop";

  private final MeshWire wire =
      new MeshWire(
          new WireSettings(
              FailMode.CLOSED,
              Set.of(),
              Set.of(),
              Set.of(),
              EgressSettings.STRICT,
              new Probes(
                  Map.of(
                      PORT,
                      Set.of("/health", "/ready?full=1"),
                      GRPC,
                      Set.of("/grpc.health.v1.Health/Check"),
                      OPAQUE,
                      Set.of("/health")))),
          (delay, task) -> () -> {},
          () -> 0);

  @BeforeEach
  void listen() {
    for (int port : List.of(PORT, GRPC, OTHER)) {
      wire.listening(FakeConnection.address(1, port), "tomcat");
    }
    wire.listening(FakeConnection.address(1, OPAQUE), Mesh.TCP);
  }

  private void demand(Mode mode) {
    wire.update(IdentityTable.EMPTY, new InboundSecurity(mode, Map.of(), Set.of("cluster.local")));
    wire.update(MeshWireTest.NO_POLICIES);
  }

  private boolean isLetIn(int port, Hello hello) {
    FakeConnection connection = FakeConnection.inbound(port, 50_000, null).saying(hello);
    Plan plan = wire.accepted(connection.local, connection.remote, hello);
    if (!(plan instanceof Plan.Plain)) {
      return false;
    }
    wire.opened(connection);
    return connection.refusal == null;
  }

  private boolean isProbe(int port, String method, String target, @Nullable String principal) {
    FakeConnection connection = FakeConnection.inbound(port, 50_001, principal);
    wire.opened(connection);
    Peer peer = new Peer(connection.remote, connection.local);
    RequestHead head = new RequestHead("test", method, "http", "shop", target, Headers.NONE);
    boolean isProbe = wire.isProbe(peer, wire.arrivedBy(peer), head);
    wire.closed(connection);
    return isProbe;
  }

  @ParameterizedTest
  @CsvSource({
    "8080,GET,/health,true",
    "8080,GET,/ready?full=1,true",
    "8080,GET,/ready,false",
    "8080,GET,/ready?full=1&x,false",
    "8080,GET,/health?,false",
    "8080,GET,/health/,false",
    "8080,GET,/health;x,false",
    "8080,GET,//health,false",
    "8080,GET,/%68ealth,false",
    "8080,GET,/Health,false",
    "8080,GET,http://shop/health,false",
    "8080,get,/health,false",
    "8080,HEAD,/health,false",
    "8080,POST,/health,false",
    "8081,GET,/health,false",
    "9090,POST,/grpc.health.v1.Health/Check,true",
    "9090,GET,/grpc.health.v1.Health/Check,false",
    "9090,POST,/grpc.health.v1.Health/Watch,false",
    "8080,POST,/grpc.health.v1.Health/Check,false",
  })
  void exactlyThese(int port, String method, String target, boolean expected) {
    demand(Mode.STRICT);
    assertThat(isProbe(port, method, target, null)).isEqualTo(expected);
  }

  @Test
  void whoHasAnIdentityIsJudgedByIt() {
    demand(Mode.STRICT);
    assertThat(isProbe(PORT, "GET", "/health", SHOP)).isFalse();
  }

  @Test
  void plaintextIsLetInWhereEachRequestIsAskedAbout() {
    demand(Mode.STRICT);
    assertThat(isLetIn(PORT, Hello.PLAINTEXT)).isTrue();
    assertThat(isLetIn(OTHER, Hello.PLAINTEXT)).isFalse();
    assertThat(isLetIn(OPAQUE, Hello.PLAINTEXT)).isFalse();
    assertThat(isLetIn(PORT, Hello.SILENCE)).isFalse();
    assertThat(isLetIn(PORT, Hello.MALFORMED)).isFalse();
    assertThat(isLetIn(PORT, new Hello(Hello.Kind.TLS, null, List.of("h2")))).isFalse();
  }

  @Test
  void everyOtherRequestThereIsRefused() {
    demand(Mode.STRICT);
    FakeConnection connection = FakeConnection.inbound(PORT, 50_002, null);
    wire.opened(connection);
    Peer peer = new Peer(connection.remote, connection.local);
    assertThat(wire.forbids(peer, wire.arrivedBy(peer))).startsWith("plaintext: ");
    demand(Mode.PERMISSIVE);
    demand(Mode.STRICT);
    assertThat(connection.refusal).isNull();
  }

  @Test
  void theyAreAnsweredBeforeAnythingIsKnown() {
    assertThat(isLetIn(PORT, Hello.PLAINTEXT)).isTrue();
    assertThat(isLetIn(OTHER, Hello.PLAINTEXT)).isFalse();
    assertThat(isProbe(PORT, "GET", "/health", null)).isTrue();
  }

  @Test
  void nobodyIsAnsweredWhereConnectionsCanPassByTheMesh() {
    demand(Mode.STRICT);
    wire.bypassedBy("libepoll.so");
    assertThat(isLetIn(PORT, Hello.PLAINTEXT)).isFalse();
    assertThat(isProbe(PORT, "GET", "/health", null)).isFalse();
  }
}
