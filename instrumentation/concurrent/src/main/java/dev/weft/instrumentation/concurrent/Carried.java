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
 * A task or function together with the call that it works for. Ordinary classes, no lambdas: they
 * run inside {@code Thread} and {@code CompletableFuture} themselves.
 */
abstract class Carried {

  final InboundCall call;
  private final Object wrapped;

  private Carried(InboundCall call, Object wrapped) {
    this.call = call;
    this.wrapped = wrapped;
  }

  /** As the task itself: a FutureTask shows it in its own. */
  @Override
  public final String toString() {
    return wrapped.toString();
  }

  static final class OfRunnable extends Carried implements Runnable {
    private final Runnable task;

    OfRunnable(InboundCall call, Runnable task) {
      super(call, task);
      this.task = task;
    }

    @Override
    public void run() {
      InboundCall before = Context.enter(call);
      try {
        task.run();
      } finally {
        Context.exit(before);
      }
    }
  }

  static final class OfCallable<T> extends Carried implements Callable<T> {
    private final Callable<T> task;

    OfCallable(InboundCall call, Callable<T> task) {
      super(call, task);
      this.task = task;
    }

    @Override
    public T call() throws Exception {
      InboundCall before = Context.enter(call);
      try {
        return task.call();
      } finally {
        Context.exit(before);
      }
    }
  }

  static final class OfSupplier<T> extends Carried implements Supplier<T> {
    private final Supplier<T> function;

    OfSupplier(InboundCall call, Supplier<T> function) {
      super(call, function);
      this.function = function;
    }

    @Override
    public T get() {
      InboundCall before = Context.enter(call);
      try {
        return function.get();
      } finally {
        Context.exit(before);
      }
    }
  }

  static final class OfFunction<A, R> extends Carried implements Function<A, R> {
    private final Function<A, R> function;

    OfFunction(InboundCall call, Function<A, R> function) {
      super(call, function);
      this.function = function;
    }

    @Override
    public R apply(A a) {
      InboundCall before = Context.enter(call);
      try {
        return function.apply(a);
      } finally {
        Context.exit(before);
      }
    }
  }

  static final class OfConsumer<A> extends Carried implements Consumer<A> {
    private final Consumer<A> function;

    OfConsumer(InboundCall call, Consumer<A> function) {
      super(call, function);
      this.function = function;
    }

    @Override
    public void accept(A a) {
      InboundCall before = Context.enter(call);
      try {
        function.accept(a);
      } finally {
        Context.exit(before);
      }
    }
  }

  static final class OfBiFunction<A, B, R> extends Carried implements BiFunction<A, B, R> {
    private final BiFunction<A, B, R> function;

    OfBiFunction(InboundCall call, BiFunction<A, B, R> function) {
      super(call, function);
      this.function = function;
    }

    @Override
    public R apply(A a, B b) {
      InboundCall before = Context.enter(call);
      try {
        return function.apply(a, b);
      } finally {
        Context.exit(before);
      }
    }
  }

  static final class OfBiConsumer<A, B> extends Carried implements BiConsumer<A, B> {
    private final BiConsumer<A, B> function;

    OfBiConsumer(InboundCall call, BiConsumer<A, B> function) {
      super(call, function);
      this.function = function;
    }

    @Override
    public void accept(A a, B b) {
      InboundCall before = Context.enter(call);
      try {
        function.accept(a, b);
      } finally {
        Context.exit(before);
      }
    }
  }

  /** A task that runs again and again works for nobody, whoever scheduled it. */
  static final class Detached implements Runnable {
    private final Runnable task;

    Detached(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      @Nullable InboundCall before = Context.enter(null);
      try {
        task.run();
      } finally {
        Context.exit(before);
      }
    }

    @Override
    public String toString() {
      return task.toString();
    }
  }
}
