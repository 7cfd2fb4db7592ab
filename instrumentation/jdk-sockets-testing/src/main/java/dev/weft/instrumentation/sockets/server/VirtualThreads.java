package dev.weft.instrumentation.sockets.server;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Virtual threads, which the Java that compiles this does not know. JDK 21 and later. */
public final class VirtualThreads {

  private VirtualThreads() {}

  /** One for each task. */
  public static ExecutorService executor() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no virtual threads here", e);
    }
  }
}
