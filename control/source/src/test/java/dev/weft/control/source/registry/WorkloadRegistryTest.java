package dev.weft.control.source.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.api.v1.Hello;
import dev.weft.control.api.v1.Listening;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Principal;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is registered when, on a clock that the test turns. */
class WorkloadRegistryTest {

  private final AtomicLong nanos = new AtomicLong();
  private final WorkloadRegistry registry =
      new WorkloadRegistry(LeaseTimes.DEFAULT, nanos::get, () -> Instant.EPOCH);

  /** Keeps what its agent was refused. */
  private static final class Agent implements Session {
    final List<String> refusals = new ArrayList<>();

    @Override
    public void refused(int port, String reason) {
      refusals.add(port + ": " + reason);
    }
  }

  private static Hello.Builder hello(String instance, String service, int... ports) {
    Hello.Builder hello =
        Hello.newBuilder()
            .setInstance(instance)
            .setName(service)
            .setNamespace("default")
            .setAddress("10.0.0.1")
            .setPid(4711);
    for (int port : ports) {
      hello.addListening(Listening.newBuilder().setPort(port).setLibrary("tomcat"));
    }
    return hello;
  }

  /** The model is made anew after each change. */
  @BeforeEach
  void follow() {
    registry.onChange(registry::workloads);
  }

  private Agent register(String instance, String service, int... ports) throws RefusedException {
    return register(hello(instance, service, ports));
  }

  private Agent register(Hello.Builder hello) throws RefusedException {
    Agent agent = new Agent();
    registry.register(agent, new RegistrationReader(false, null).read(hello.build()));
    return agent;
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    registry.expire();
  }

  private List<String> served() {
    return registry.workloads().workloads().stream()
        .filter(it -> !it.listeners().isEmpty())
        .map(Workload::id)
        .toList();
  }

  @Test
  void aKilledProcessLeavesSoonASilentOneAtTheEndOfItsLease() throws Exception {
    Agent killed = register("a", "reviews", 1);
    Agent silent = register("b", "reviews", 2);
    for (int i = 0; i < 5; i++) {
      register("other" + i, "ratings", 10 + i);
    }
    pass(Duration.ofSeconds(20));
    registry.lost(killed, "a", nanos.get() - Duration.ofSeconds(9).toNanos());
    registry.lost(silent, "b", nanos.get() - Duration.ofSeconds(16).toNanos());
    assertThat(served()).contains("a", "b");
    pass(Duration.ofSeconds(4));
    assertThat(served()).contains("a", "b");
    pass(Duration.ofSeconds(1));
    assertThat(served()).doesNotContain("a").contains("b");
    pass(Duration.ofSeconds(24));
    assertThat(served()).contains("b");
    pass(Duration.ofSeconds(1));
    assertThat(served()).doesNotContain("b");
  }

  @Test
  void aReconnectWithinItsTimeIsNoChange() throws Exception {
    register("z", "ratings", 9);
    Agent first = register("a", "reviews", 1);
    registry.lost(first, "a", nanos.get());
    pass(Duration.ofSeconds(4));
    Agent second = register("a", "reviews", 1);
    // The old stream's end may be noticed after the new stream has begun.
    registry.lost(first, "a", nanos.get());
    pass(Duration.ofSeconds(10));
    assertThat(served()).contains("a");
    assertThat(registry.withdraw(first, "a")).isFalse();
    assertThat(registry.withdraw(second, "a")).isTrue();
    assertThat(served()).doesNotContain("a");
  }

  @Test
  void whenHalfOfThemAreGoneNobodyIsRemovedBeforeTheLeaseEnds() throws Exception {
    List<Agent> agents = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      agents.add(register("i" + i, "reviews", 100 + i));
    }
    for (int i = 0; i < 4; i++) {
      registry.lost(agents.get(i), "i" + i, nanos.get());
    }
    pass(Duration.ofSeconds(20));
    assertThat(served()).hasSize(6);
    registry.update(agents.get(4), "i4", it -> it);
    registry.update(agents.get(5), "i5", it -> it);
    pass(Duration.ofSeconds(10));
    assertThat(served()).containsExactly("i4", "i5");
  }

  @Test
  void aSilentAgentOnAnOpenStreamComesBackWithItsNextWord() throws Exception {
    Agent agent = register("a", "reviews", 1);
    pass(Duration.ofSeconds(31));
    assertThat(served()).isEmpty();
    registry.update(agent, "a", it -> it);
    assertThat(served()).containsExactly("a");
  }

  @Test
  void theSecondToClaimAPortIsRefusedAndTakesOverWhenTheFirstGoes() throws Exception {
    Agent first = register("a", "reviews", 9080);
    Agent second = register("b", "ratings", 9080, 9081);
    assertThat(second.refusals)
        .singleElement()
        .asString()
        .contains("9080", "10.0.0.1", "reviews.default (process 4711)");
    assertThat(first.refusals).isEmpty();
    assertThat(registry.workloads().findings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.PORT_CLAIMED);
    assertThat(registry.workloads().workloads().get(1).listeners())
        .extracting(it -> it.port())
        .containsExactly(9081);

    registry.withdraw(first, "a");
    assertThat(registry.workloads().workloads().get(0).listeners())
        .extracting(it -> it.port())
        .containsExactly(9080, 9081);
    assertThat(registry.workloads().findings()).isEmpty();
  }

  @Test
  void whoeverIsConnectedTakesAPortFromWhoIsNot() throws Exception {
    register("z", "ratings", 9);
    Agent before = register("a", "reviews", 9080);
    registry.lost(before, "a", nanos.get());
    Agent restarted = register("b", "reviews", 9080);
    assertThat(restarted.refusals).isEmpty();
    assertThat(served()).containsExactly("z", "b");
    Agent back = register("a", "reviews", 9080);
    assertThat(back.refusals).hasSize(1);
    assertThat(served()).containsExactly("z", "b");
  }

  @Test
  void aPortOnTheLoopbackInterfaceIsNotServedToOthers() throws Exception {
    Hello.Builder hello = hello("a", "reviews", 9080);
    hello.addListening(Listening.newBuilder().setPort(9081).setBound("127.0.0.1"));
    hello.addListening(Listening.newBuilder().setPort(9082).setBound("10.0.0.2"));
    Agent agent = register(hello);
    assertThat(agent.refusals).singleElement().asString().contains("9081", "127.0.0.1");
    assertThat(registry.workloads().findings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.PORT_UNREACHABLE);
    assertThat(registry.workloads().workloads())
        .extracting(it -> it.address() + it.listeners().stream().map(l -> ":" + l.port()).toList())
        .containsExactly("10.0.0.1[:9080]", "10.0.0.2[:9082]");
  }

  @Test
  void onTheSameHostItIs() throws Exception {
    Hello.Builder hello = hello("a", "reviews");
    hello.addListening(Listening.newBuilder().setPort(9081).setBound("127.0.0.1"));
    registry.register(new Agent(), new RegistrationReader(true, null).read(hello.build()));
    assertThat(served()).containsExactly("a@127.0.0.1");
  }

  @Test
  void restoredRegistrationsHoldForOneLeaseAndAreReplaced() throws Exception {
    registry.restore(
        List.of(
            new RegistrationReader(true, null).read(hello("a", "reviews", 1).build()),
            new RegistrationReader(true, null).read(hello("b", "reviews", 2).build())));
    assertThat(served()).containsExactly("a", "b");
    register("a", "reviews", 3);
    pass(Duration.ofSeconds(29));
    assertThat(served()).containsExactly("a", "b");
    registry.update(new Agent(), "b", it -> it);
    registry.lost(new Agent(), "b", nanos.get());
    pass(Duration.ofSeconds(1));
    assertThat(served()).doesNotContain("b");
  }

  private static Principal principal(String account, String... services) {
    return new Principal(
        SpiffeId.parse("spiffe://cluster.local/ns/default/sa/" + account), Set.of(services));
  }

  private Agent register(Principal principal, String instance, String service, int... ports)
      throws RefusedException {
    Agent agent = new Agent();
    registry.register(
        agent,
        new RegistrationReader(false, principal).read(hello(instance, service, ports).build()));
    return agent;
  }

  @Test
  void whatWasNotGrantedIsNotServed() throws Exception {
    Agent liar = register(principal("liar", "a", "b"), "x", "reviews", 1);
    assertThat(served()).isEmpty();
    assertThat(liar.refusals)
        .containsExactly(
            "0: spiffe://cluster.local/ns/default/sa/liar may not serve reviews.default (expected:"
                + " one of [a, b])");
    assertThat(registry.workloads().findings())
        .extracting(Finding::code)
        .containsExactly(FindingCode.SERVICE_NOT_GRANTED);
    // A pure client listens nowhere, and is told nothing.
    Agent client = register(principal("client"), "c", "client");
    assertThat(client.refusals).isEmpty();
    assertThat(registry.status())
        .filteredOn(it -> it.registration().instance().equals("c"))
        .hasSize(1);
    Agent listens = register(principal("client"), "c2", "client", 2);
    assertThat(listens.refusals).singleElement().asString().contains("a pure client");
  }

  @Test
  void whoHasAnIdentityTakesOverFromWhoHasNone() throws Exception {
    Agent plain = register("p", "reviews", 1);
    assertThat(served()).containsExactly("p");
    Agent proven = register(principal("reviews", "reviews"), "r", "reviews", 1);
    assertThat(served()).containsExactly("r");
    assertThat(plain.refusals).singleElement().asString().startsWith("0: ").contains("has none");
    assertThat(proven.refusals).isEmpty();
    // Also where they are of different services.
    register("q", "other", 1);
    assertThat(served()).containsExactly("r");
    // It holds as long as its lease, and then the other one serves again.
    registry.lost(proven, "r", nanos.get());
    assertThat(served()).containsExactly("r");
    pass(Duration.ofSeconds(4));
    registry.update(plain, "p", it -> it);
    assertThat(served()).containsExactly("r");
    pass(Duration.ofSeconds(26));
    assertThat(served()).contains("p").doesNotContain("r");
  }

  @Test
  void anInstanceIsNotTakenOver() throws Exception {
    Principal reviews = principal("reviews", "reviews");
    register(reviews, "r", "reviews", 1);
    for (Principal other :
        new Principal[] {null, principal("ratings", "reviews"), principal("ratings")}) {
      assertThatThrownBy(() -> register(other, "r", "reviews", 2))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("sa/reviews")
          .hasMessageContaining("expected: an instance of its own");
    }
    assertThat(served()).containsExactly("r");
    // The same one may come back, and one without an identity may get one.
    register(reviews, "r", "reviews", 3);
    register("p", "plain", 4);
    register(principal("plain", "plain"), "p", "plain", 4);
    assertThat(served()).containsExactly("r", "p");
  }

  @Test
  void aNamespaceIsItsIdentitys() {
    Principal elsewhere =
        new Principal(
            SpiffeId.parse("spiffe://cluster.local/ns/prod/sa/reviews"), Set.of("reviews"));
    assertThatThrownBy(() -> register(elsewhere, "r", "reviews", 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("\"default\" (expected: prod, of spiffe://");
  }
}
