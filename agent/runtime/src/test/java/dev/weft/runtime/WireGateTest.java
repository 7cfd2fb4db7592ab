package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.FailMode;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.wire.MeshWire;
import dev.weft.engine.wire.WireSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WireGateTest {

  private static final InetSocketAddress REMOTE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 9080);
  private static final SpiffeId REVIEWS =
      SpiffeId.parse("spiffe://cluster.local/ns/default/sa/reviews");

  private static MeshWire wire(FailMode mode) {
    return new MeshWire(
        new WireSettings(mode, Set.of(), Set.of(), Set.of(3306)),
        (delay, task) -> () -> {},
        System::nanoTime);
  }

  private static Unmeshed unmeshed() {
    return new Unmeshed(Set.of(), (delay, task) -> () -> {}, System::nanoTime);
  }

  private static WireGate gate(FailMode mode, Duration patience) {
    return gate(wire(mode), mode, patience, new Printed(Setting.LogLevel.INFO));
  }

  private static WireGate gate(MeshWire wire, FailMode mode, Duration patience, Printed said) {
    Overdue overdue = new Overdue(patience, Setting.FailMode.valueOf(mode.name()), said.log());
    return new WireGate(wire, unmeshed(), patience, overdue);
  }

  @Test
  void whoeverConnectsWaitsUntilItIsKnownWhoIsWhere() throws Exception {
    MeshWire wire = wire(FailMode.OPEN);
    Printed said = new Printed(Setting.LogLevel.INFO);
    WireGate gate = gate(wire, FailMode.OPEN, Duration.ofSeconds(60), said);
    CompletableFuture<Plan> plan = CompletableFuture.supplyAsync(() -> gate.connecting(REMOTE));
    Thread.sleep(50);
    assertThat(plan).isNotDone();
    wire.update(
        IdentityTable.of(Map.of(REVIEWS, List.of(REMOTE))),
        new InboundSecurity(InboundSecurity.Mode.PERMISSIVE, Map.of(), Set.of("cluster.local")));
    gate.open();
    // There is no certificate yet: better no connection than a plaintext one.
    assertThat(plan.get(20, TimeUnit.SECONDS)).isInstanceOf(Plan.Refuse.class);
    assertThat(said.lines()).isEmpty();
  }

  @Test
  void theFailModeDecidesWhenNothingComes() {
    assertThat(gate(FailMode.OPEN, Duration.ofMillis(1)).connecting(REMOTE))
        .isInstanceOf(Plan.Plain.class);
    assertThat(gate(FailMode.CLOSED, Duration.ofMillis(1)).connecting(REMOTE))
        .isInstanceOf(Plan.Refuse.class);
  }

  @Test
  void thatItDecidesIsSaidOnce() {
    Printed said = new Printed(Setting.LogLevel.INFO);
    WireGate gate = gate(wire(FailMode.CLOSED), FailMode.CLOSED, Duration.ofMillis(1), said);
    gate.connecting(REMOTE);
    gate.connecting(REMOTE);
    assertThat(said.lines())
        .containsExactly(
            "weft: no configuration came within 1 ms (weft.start.timeout); until it does,"
                + " connections and requests are refused (weft.fail.mode=closed)");
  }

  @Test
  void anInterruptedThreadStaysInterrupted() {
    Thread.currentThread().interrupt();
    gate(FailMode.OPEN, Duration.ofSeconds(60)).connecting(REMOTE);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void asksTheSameWireForEverythingElse() {
    WireGate gate = gate(FailMode.OPEN, Duration.ofSeconds(60));
    assertThat(gate.serverFirst(new InetSocketAddress(REMOTE.getAddress(), 3306))).isTrue();
    assertThat(gate.guards(REMOTE)).isTrue();
  }
}
