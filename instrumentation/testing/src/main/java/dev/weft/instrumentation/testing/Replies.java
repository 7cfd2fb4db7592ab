package dev.weft.instrumentation.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Waits, but not forever. */
public final class Replies {

  private static final long PATIENCE = 30;

  private Replies() {}

  /** The result; throws what the future failed with. */
  @SuppressWarnings("NullAway") // null where the future is one of nothing
  public static <T> T get(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(PATIENCE, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** What the future failed with. */
  public static Throwable failure(CompletableFuture<?> future) throws Exception {
    try {
      Object result = future.get(PATIENCE, TimeUnit.SECONDS);
      throw new AssertionError("found " + result + " (expected: a failure)");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return cause == null ? e : cause;
    }
  }
}
