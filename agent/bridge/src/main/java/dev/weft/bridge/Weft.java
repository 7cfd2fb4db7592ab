package dev.weft.bridge;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Where woven code finds the engine. */
public final class Weft {

  private static final LongAdder SUPPRESSED = new LongAdder();

  private static volatile @Nullable Mesh mesh;
  private static volatile @Nullable Wire wire;
  private static volatile @Nullable SocketLayer sockets;
  private static volatile @Nullable BiConsumer<String, Throwable> listener;
  private static volatile @Nullable Runnable stopping;

  private Weft() {}

  /**
   * The engine; null before it is ready, after it has stopped, and on the agent's own threads,
   * whose traffic is never woven.
   */
  public static @Nullable Mesh mesh() {
    Mesh current = mesh;
    return current == null || Guard.current() == Guard.AGENT ? null : current;
  }

  /**
   * The connection level; null where this process has no identity, and on the agent's own threads.
   */
  public static @Nullable Wire wire() {
    Wire current = wire;
    return current == null || Guard.current() == Guard.AGENT ? null : current;
  }

  /** The woven socket layer; null where it is not woven, and no connection can be guarded. */
  public static @Nullable SocketLayer sockets() {
    return sockets;
  }

  /** Called by the socket layer itself, once it is woven. */
  public static void install(SocketLayer layer) {
    sockets = layer;
  }

  /** Puts the connection level up, or takes it down. */
  public static void install(@Nullable Wire connections) {
    wire = connections;
  }

  /** Puts the engine up, or takes it down. */
  public static void install(@Nullable Mesh engine) {
    mesh = engine;
  }

  /**
   * A hook failed and the application went on without it.
   *
   * @param hook what failed, for the log: an adapter's name
   */
  public static void suppressed(String hook, Throwable failure) {
    SUPPRESSED.increment();
    BiConsumer<String, Throwable> told = listener;
    if (told != null) {
      told.accept(hook, failure);
    }
  }

  /** Called by woven code, where the name of the hook is not at hand. */
  public static void suppressed(Throwable failure) {
    suppressed("advice", failure);
  }

  /** How many failures were suppressed since the start. */
  public static long suppressedCount() {
    return SUPPRESSED.sum();
  }

  /** Who is told of suppressed failures; must not throw. */
  public static void onSuppressed(@Nullable BiConsumer<String, Throwable> told) {
    listener = told;
  }

  /** What to do when the JVM begins to stop, before the application's own shutdown hooks. */
  public static void onStopping(@Nullable Runnable action) {
    stopping = action;
  }

  /** The JVM begins to stop: called by woven code before the first shutdown hook runs. */
  public static void stopping() {
    Runnable action = stopping;
    if (action != null) {
      action.run();
    }
  }
}
