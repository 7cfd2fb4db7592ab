package dev.weft.instrumentation.concurrent;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Wraps a task or function in the call of the thread that hands it over. Without a call, or without
 * a task, it is returned as it is: the application's own null check must still see the null.
 */
public final class Carry {

  private Carry() {}

  public static @Nullable Runnable runnable(@Nullable Runnable task) {
    InboundCall call = Context.current();
    return call == null || task == null || isSettled(task)
        ? task
        : new Carried.OfRunnable(call, task);
  }

  public static <T> @Nullable Callable<T> callable(@Nullable Callable<T> task) {
    InboundCall call = Context.current();
    return call == null || task == null || task instanceof Carried
        ? task
        : new Carried.OfCallable<>(call, task);
  }

  public static <T> @Nullable Supplier<T> supplier(@Nullable Supplier<T> function) {
    InboundCall call = Context.current();
    return call == null || function == null ? function : new Carried.OfSupplier<>(call, function);
  }

  public static <A, R> @Nullable Function<A, R> function(@Nullable Function<A, R> function) {
    InboundCall call = Context.current();
    return call == null || function == null ? function : new Carried.OfFunction<>(call, function);
  }

  public static <A> @Nullable Consumer<A> consumer(@Nullable Consumer<A> function) {
    InboundCall call = Context.current();
    return call == null || function == null ? function : new Carried.OfConsumer<>(call, function);
  }

  public static <A, B, R> @Nullable BiFunction<A, B, R> biFunction(
      @Nullable BiFunction<A, B, R> function) {
    InboundCall call = Context.current();
    return call == null || function == null ? function : new Carried.OfBiFunction<>(call, function);
  }

  public static <A, B> @Nullable BiConsumer<A, B> biConsumer(@Nullable BiConsumer<A, B> function) {
    InboundCall call = Context.current();
    return call == null || function == null ? function : new Carried.OfBiConsumer<>(call, function);
  }

  /** A task that is to run periodically: it must not keep the call of the request that began it. */
  public static @Nullable Runnable detached(@Nullable Runnable task) {
    return task == null || Context.current() == null ? task : new Carried.Detached(task);
  }

  private static boolean isSettled(Runnable task) {
    return task instanceof Carried || task instanceof Carried.Detached;
  }
}
