package dev.weft.bridge;

import org.jspecify.annotations.Nullable;

/**
 * The inbound call that the current thread works for. It flows across executors, completable
 * futures and new threads, so that trace context and routing headers reach outbound calls although
 * the application forwards nothing.
 *
 * <p>For telemetry and routing only: identity is never read from here.
 */
public final class Context {

  private static final ThreadLocal<@Nullable InboundCall> CURRENT = new ThreadLocal<>();

  private Context() {}

  public static @Nullable InboundCall current() {
    return CURRENT.get();
  }

  /**
   * Works for this call (null: for none) from now on; returns the one before, for {@link #exit}.
   */
  public static @Nullable InboundCall enter(@Nullable InboundCall call) {
    InboundCall before = CURRENT.get();
    set(call);
    return before;
  }

  /** Restores what {@link #enter} returned. */
  public static void exit(@Nullable InboundCall before) {
    set(before);
  }

  private static void set(@Nullable InboundCall call) {
    if (call == null) {
      CURRENT.remove(); // leaves no entry behind on threads that the application pools
    } else {
      CURRENT.set(call);
    }
  }
}
