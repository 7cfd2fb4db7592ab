package dev.weft.runtime;

import dev.weft.bridge.Guard;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes the agent's threads: daemons, which inherit nothing from the application's thread that
 * happens to start them.
 */
final class AgentThreads implements ThreadFactory {

  private final String role;
  private final @Nullable Object mark;
  private final AtomicInteger made = new AtomicInteger();

  private AgentThreads(String role, @Nullable Object mark) {
    this.role = role;
    this.mark = mark;
  }

  /** Threads that work for the agent alone: nothing that they do is the application's traffic. */
  static AgentThreads own(String role) {
    return new AgentThreads(role, Guard.AGENT);
  }

  /** Threads that go on with the application's calls, and may run its callbacks. */
  static AgentThreads lent(String role) {
    return new AgentThreads(role, null);
  }

  @Override
  public Thread newThread(Runnable task) {
    String name = "weft-" + role + "-" + made.incrementAndGet();
    Thread thread = new Thread(null, new Marked(task, mark), name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(AgentThreads.class.getClassLoader());
    return thread;
  }

  private record Marked(Runnable task, @Nullable Object mark) implements Runnable {
    @Override
    public void run() {
      Guard.enter(mark);
      task.run();
    }
  }
}
