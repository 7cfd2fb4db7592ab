package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Guard;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AgentThreadsTest {

  private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

  @Test
  void theAgentsOwnAreMarkedAndLentOnesAreNot() throws InterruptedException {
    assertThat(mark(AgentThreads.own("a"))).isSameAs(Guard.AGENT);
    assertThat(mark(AgentThreads.lent("b"))).isNull();
  }

  private static Object mark(AgentThreads threads) throws InterruptedException {
    AtomicReference<Object> seen = new AtomicReference<>();
    Thread thread = threads.newThread(() -> seen.set(Guard.current()));
    thread.start();
    thread.join();
    return seen.get();
  }

  @Test
  void theyAreNamedDaemonsThatInheritNothing() throws InterruptedException {
    INHERITED.set("the application's");
    AtomicReference<String> seen = new AtomicReference<>("nothing ran");
    Thread thread = AgentThreads.own("role").newThread(() -> seen.set(INHERITED.get()));
    thread.start();
    thread.join();

    assertThat(seen.get()).isNull();
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).isEqualTo("weft-role-1");
    INHERITED.remove();
  }
}
