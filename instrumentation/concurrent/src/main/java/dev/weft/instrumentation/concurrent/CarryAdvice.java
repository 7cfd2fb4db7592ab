package dev.weft.instrumentation.concurrent;

import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/** Replaces one argument by its wrapped form: one class for each kind and position. */
@SuppressWarnings({"rawtypes", "unchecked"}) // the woven methods' erased parameters
final class CarryAdvice {

  private CarryAdvice() {}

  static final class Runnable0 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 0, readOnly = false) @Nullable Runnable task) {
      task = Carry.runnable(task);
    }
  }

  static final class Runnable1 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 1, readOnly = false) @Nullable Runnable task) {
      task = Carry.runnable(task);
    }
  }

  static final class Runnable2 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 2, readOnly = false) @Nullable Runnable task) {
      task = Carry.runnable(task);
    }
  }

  static final class Runnable3 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 3, readOnly = false) @Nullable Runnable task) {
      task = Carry.runnable(task);
    }
  }

  static final class Detached0 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 0, readOnly = false) @Nullable Runnable task) {
      task = Carry.detached(task);
    }
  }

  static final class Callable0 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 0, readOnly = false) @Nullable Callable task) {
      task = Carry.callable(task);
    }
  }

  static final class Supplier0 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 0, readOnly = false) @Nullable Supplier function) {
      function = Carry.supplier(function);
    }
  }

  static final class Supplier1 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 1, readOnly = false) @Nullable Supplier function) {
      function = Carry.supplier(function);
    }
  }

  static final class Function1 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 1, readOnly = false) @Nullable Function function) {
      function = Carry.function(function);
    }
  }

  static final class Function2 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 2, readOnly = false) @Nullable Function function) {
      function = Carry.function(function);
    }
  }

  static final class Consumer1 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 1, readOnly = false) @Nullable Consumer function) {
      function = Carry.consumer(function);
    }
  }

  static final class Consumer2 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 2, readOnly = false) @Nullable Consumer function) {
      function = Carry.consumer(function);
    }
  }

  static final class BiFunction1 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 1, readOnly = false) @Nullable BiFunction function) {
      function = Carry.biFunction(function);
    }
  }

  static final class BiFunction2 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 2, readOnly = false) @Nullable BiFunction function) {
      function = Carry.biFunction(function);
    }
  }

  static final class BiConsumer1 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 1, readOnly = false) @Nullable BiConsumer function) {
      function = Carry.biConsumer(function);
    }
  }

  static final class BiConsumer2 {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 2, readOnly = false) @Nullable BiConsumer function) {
      function = Carry.biConsumer(function);
    }
  }
}
