package dev.weft.engine.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.FailMode;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.OutboundTrafficPolicy;
import dev.weft.engine.config.Places;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.TcpReport;
import dev.weft.engine.wire.MeshWire;
import dev.weft.engine.wire.Probes;
import dev.weft.engine.wire.WireSettings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections may be made under {@code REGISTRY_ONLY}. */
class EgressGuardTest {

  private static final Cluster.Service DB = new Cluster.Service("db", "db", "default");

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // wraps around soon

  private static Places places(String... written) {
    Places.Builder places = Places.builder();
    for (String each : written) {
      places.written(each);
    }
    return places.build();
  }

  private static HostTable table(OutboundTrafficPolicy policy) {
    return new HostTable(Set.of("known.example.com", "10.0.0.1"), List.of(), List.of(), policy);
  }

  private static HostTable strict(String... known) {
    return table(OutboundTrafficPolicy.registryOnly(Set.of(), places(known)));
  }

  private static Map<String, Cluster> cluster(InetSocketAddress... endpoints) {
    List<Cluster.Endpoint> all =
        java.util.Arrays.stream(endpoints)
            .map(
                it ->
                    new Cluster.Endpoint(
                        it, 1, Cluster.Health.HEALTHY, 0, Cluster.Workload.UNKNOWN))
            .toList();
    TrafficPolicy policy = TrafficPolicy.of(LoadBalancing.RANDOM, Duration.ofSeconds(2));
    return Map.of("db", new Cluster("db", Cluster.Discovery.ENDPOINTS, policy, DB, all));
  }

  private EgressGuard guard(EgressSettings settings) {
    return new EgressGuard(settings, clock::get);
  }

  private EgressGuard guard(HostTable table) {
    EgressGuard guard = guard(EgressSettings.STRICT);
    guard.update(table, Map.of());
    return guard;
  }

  /** A literal, or {@code name=literal} for an address that remembers a name. */
  private static InetSocketAddress at(String text, int port) {
    int equals = text.indexOf('=');
    try {
      InetAddress literal = InetAddress.getByName(text.substring(equals + 1));
      InetAddress address =
          equals < 0
              ? literal
              : InetAddress.getByAddress(text.substring(0, equals), literal.getAddress());
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // what is known, where to, port, whether it may be reached
    "db.example.com:5432, db.example.com=198.51.100.1, 5432, KNOWN",
    "db.example.com:5432, DB.Example.COM.=198.51.100.1, 5432, KNOWN",
    "db.example.com:5432, db.example.com=198.51.100.1, 5433, REFUSED",
    "db.example.com:5432, xdb.example.com=198.51.100.1, 5432, REFUSED",
    "db.example.com:5432, db.example.com.evil.org=198.51.100.1, 5432, REFUSED",
    "db.example.com:5432, 198.51.100.1, 5432, REFUSED",
    "*.example.com:443, a.b.example.com=198.51.100.1, 443, KNOWN",
    "*.example.com:443, example.com=198.51.100.1, 443, REFUSED",
    "*.example.com:443, evilexample.com=198.51.100.1, 443, REFUSED",
    "*.example.com, a.example.com=198.51.100.1, 1, KNOWN",
    "198.51.100.1:5432, 198.51.100.1, 5432, KNOWN",
    "198.51.100.1:5432, other.example.com=198.51.100.1, 5432, KNOWN",
    "198.51.100.1:5432, 198.51.100.2, 5432, REFUSED",
    "198.51.100.1:5432, 198.51.100.1=198.51.100.2, 5432, REFUSED",
    "198.51.100.0/28:5432, 198.51.100.15, 5432, KNOWN",
    "198.51.100.0/28:5432, 198.51.100.16, 5432, REFUSED",
    "198.51.100.0/28:5432, 198.51.100.15, 80, REFUSED",
    "198.51.100.0/28, 198.51.100.15, 80, KNOWN",
    "[2001:db8::]/32:443, 2001:db8:1::7, 443, KNOWN",
    "[2001:db8::1]:443, 2001:db8::1, 443, KNOWN",
    "2001:db8::1, 2001:db8::1, 443, KNOWN",
    "2001:db8::/32, 2001:db9::1, 443, REFUSED",
    "10.0.0.7:8080, 10.0.0.1, 8080, REFUSED",
    "10.0.0.7:8080, known.example.com=10.0.0.1, 8080, REFUSED",
    // This machine may always be reached.
    "10.0.0.7:8080, 127.0.0.1, 80, STRANGER",
    "10.0.0.7:8080, 127.1.2.3, 80, STRANGER",
    "10.0.0.7:8080, ::1, 80, STRANGER",
    "10.0.0.7:8080, localhost=198.51.100.1, 80, REFUSED",
    // The metadata of clouds is somebody else.
    "10.0.0.7:8080, 169.254.169.254, 80, REFUSED",
  })
  void connectionsGoWhereTheRegistrySays(String known, String to, int port, Standing standing) {
    assertThat(guard(strict(known)).standing(at(to, port))).isEqualTo(standing);
  }

  @Test
  void anAddressOfVersionFourInSixIsNobodyElse() throws Exception {
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = (byte) 0xff;
    System.arraycopy(new byte[] {10, 0, 0, 7}, 0, mapped, 12, 4);
    InetAddress address = Inet6Address.getByAddress(null, mapped, 0);
    EgressGuard guard = guard(strict("10.0.0.0/8"));
    assertThat(guard.standing(new InetSocketAddress(address, 80))).isEqualTo(Standing.REFUSED);
  }

  @Test
  void whereAllIsAllowedStrangersAreOnlyTold() {
    EgressGuard guard = guard(table(OutboundTrafficPolicy.ALLOW_ANY));
    assertThat(guard.standing(at("198.51.100.1", 80))).isEqualTo(Standing.STRANGER);
    assertThat(guard.standing(at("known.example.com=198.51.100.1", 80))).isEqualTo(Standing.KNOWN);
    assertThat(guard.standing(at("10.0.0.1", 80))).isEqualTo(Standing.KNOWN);
  }

  @Test
  void anOperatorAllowsMoreOrOnlyWantsToBeTold() {
    InetSocketAddress stranger = at("198.51.100.1", 80);
    EgressGuard more = guard(new EgressSettings(true, places("198.51.100.1:80"), remote -> false));
    more.update(strict(), Map.of());
    assertThat(more.standing(stranger)).isEqualTo(Standing.STRANGER);
    assertThat(more.standing(at("198.51.100.1", 81))).isEqualTo(Standing.REFUSED);
    EgressGuard told = guard(new EgressSettings(false, Places.NONE, remote -> false));
    told.update(strict(), Map.of());
    assertThat(told.standing(stranger)).isEqualTo(Standing.REPORTED);
    EgressGuard own = guard(new EgressSettings(true, Places.NONE, stranger::equals));
    own.update(strict(), Map.of());
    assertThat(own.standing(stranger)).isEqualTo(Standing.STRANGER);
  }

  @Test
  void endpointsAreKnownAndShortlyAfterThatToo() {
    InetSocketAddress first = at("10.0.0.7", 8080);
    InetSocketAddress second = at("10.0.0.8", 8080);
    EgressGuard guard = guard(EgressSettings.STRICT);
    guard.update(strict(), cluster(first, InetSocketAddress.createUnresolved("db.internal", 5432)));
    assertThat(guard.standing(first)).isEqualTo(Standing.KNOWN);
    assertThat(guard.standing(at("10.0.0.7", 8081))).isEqualTo(Standing.REFUSED);
    assertThat(guard.standing(at("db.internal=198.51.100.1", 5432))).isEqualTo(Standing.KNOWN);
    guard.update(strict(), cluster(second));
    assertThat(guard.standing(first)).isEqualTo(Standing.KNOWN);
    clock.addAndGet(EgressGuard.FAREWELL.toNanos() - 1);
    guard.update(strict(), cluster(second));
    assertThat(guard.standing(first)).isEqualTo(Standing.KNOWN);
    clock.addAndGet(1);
    assertThat(guard.standing(first)).isEqualTo(Standing.REFUSED);
    assertThat(guard.standing(second)).isEqualTo(Standing.KNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.",
        "a..b",
        "-a",
        "a-",
        "10.0.0.0/33",
        "10.0.0/8",
        "10.0.0.1:0",
        "10.0.0.1:65536",
        "10.0.0.1:x",
        "db/8",
        "[::1",
        "[::1]x",
        "::/129",
        "a b",
        "*.*.com",
        "10.0.0.1:80:90"
      })
  void whatIsNoPlaceIsSaid(String text) {
    assertThatThrownBy(() -> places(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("\"" + text + "\" (expected: ");
  }

  private MeshWire wire(FailMode mode, EgressSettings settings) {
    MeshWire wire =
        new MeshWire(
            new WireSettings(mode, Set.of(), Set.of(), Set.of(), settings, Probes.NONE),
            (delay, task) -> () -> {},
            clock::get);
    wire.update(
        IdentityTable.of(Map.of()),
        new InboundSecurity(InboundSecurity.Mode.PERMISSIVE, Map.of(), Set.of("cluster.local")));
    return wire;
  }

  @Test
  void aRefusalSaysWhatToDoAndIsCounted() {
    MeshWire wire = wire(FailMode.OPEN, EgressSettings.STRICT);
    InetSocketAddress stranger = at("198.51.100.1", 80);
    assertThat(wire.connecting(stranger)).isInstanceOf(Plan.Plain.class); // nothing received yet
    wire.guard(strict(), Map.of());
    assertThat(wire.connecting(stranger))
        .isEqualTo(
            new Plan.Refuse(
                "REGISTRY_ONLY: 198.51.100.1:80 is not in the registry (expected: a ServiceEntry"
                    + " with this host or address and this port, or weft.egress.allow)"));
    assertThat(wire.tcp())
        .extracting(it -> it.destination().name(), TcpReport::flags, TcpReport::opened)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(
                "BlackHoleCluster", ResponseFlag.NO_HEALTHY_UPSTREAM.bit(), 1L));
    assertThat(wire.reported()).isZero();
  }

  @Test
  void whatIsOnlyReportedIsCounted() {
    MeshWire wire = wire(FailMode.OPEN, new EgressSettings(false, Places.NONE, remote -> false));
    wire.guard(strict(), Map.of());
    assertThat(wire.connecting(at("198.51.100.1", 80))).isInstanceOf(Plan.Plain.class);
    assertThat(wire.reported()).isEqualTo(1);
  }

  @Test
  void whoFailsClosedConnectsNowhereBeforeAnythingIsKnown() {
    MeshWire wire = wire(FailMode.CLOSED, EgressSettings.STRICT);
    assertThat(wire.connecting(at("198.51.100.1", 80))).isInstanceOf(Plan.Refuse.class);
    wire.guard(table(OutboundTrafficPolicy.ALLOW_ANY), Map.of());
    assertThat(wire.connecting(at("198.51.100.1", 80))).isInstanceOf(Plan.Plain.class);
  }
}
