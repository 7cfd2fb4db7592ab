package dev.weft.weaver.compile;

import dev.weft.instrumentation.sample.Probe;
import net.bytebuddy.asm.Advice;

/** Advice that is refused, each for one reason; and one that is not. */
@SuppressWarnings({"UnusedVariable", "ClassCanBeStatic"})
final class Bad {

  private Bad() {}

  static String name(String advice) {
    return Bad.class.getName() + "$" + advice;
  }

  static final class Deep {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter() {
      dev.weft.instrumentation.sample.Deep.call();
    }
  }

  static final class Unsuppressed {
    @Advice.OnMethodEnter
    static void enter() {
      Probe.observed();
    }
  }

  static final class UnsuppressedExit {
    @Advice.OnMethodExit
    static void exit() {
      Probe.observed();
    }
  }

  static final class TwoCalls {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter() {
      Probe.observed();
      Probe.observed();
    }
  }

  static final class Arithmetic {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return(readOnly = false) double value) {
      value = Probe.twice(value) + 1;
    }
  }

  static final class Instance {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(0) Object argument) {
      argument.notify();
    }
  }

  static final class Catching {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter() {
      try {
        Probe.observed();
      } catch (RuntimeException e) {
        Probe.observed();
      }
    }
  }

  static final class NotStatic {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    void enter() {
      Probe.observed();
    }
  }

  static final class Foreign {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter() {
      System.gc();
    }
  }

  static final class AllArguments {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.AllArguments Object all) {
      Probe.observed(all);
    }
  }

  static final class Origin {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Origin Object origin) {
      Probe.observed(origin);
    }
  }

  static final class Bare {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(Object argument) {
      Probe.observed(argument);
    }
  }

  static final class OtherException {
    @Advice.OnMethodEnter(suppress = RuntimeException.class)
    static void enter() {
      Probe.observed();
    }
  }

  static final class Thrown {
    @Advice.OnMethodExit(suppress = Throwable.class, onThrowable = Throwable.class)
    static void exit() {
      Probe.observed();
    }
  }

  static final class SkipOnDefault {
    @Advice.OnMethodEnter(skipOn = Advice.OnDefaultValue.class, suppress = Throwable.class)
    static Object enter(@Advice.Argument(0) Object argument) {
      return Probe.instead(argument);
    }
  }

  static final class SkipOnNumber {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
    static double enter(@Advice.Argument(0) double number) {
      return Probe.twice(number);
    }
  }

  static final class FieldAtEnter {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.FieldValue(value = "count", readOnly = false) int count,
        @Advice.Argument(0) String name) {
      count = Probe.counted(count, name);
    }
  }

  static final class ArgumentAtExit {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Argument(value = 0, readOnly = false) String text) {
      text = Probe.shout(text);
    }
  }

  static final class ReadOnly {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(0) String text) {
      text = Probe.shout(text);
    }
  }

  static final class EnterOfNothing {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter() {
      Probe.observed();
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Enter Object entered) {
      Probe.observed(entered);
    }
  }

  static final class ReturnAtEnter {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Return Object returned) {
      Probe.observed(returned);
    }
  }

  static final class Nothing {
    static void enter() {
      Probe.observed();
    }
  }

  static final class HiddenHelper {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter() {
      dev.weft.instrumentation.sample.Outer.Hidden.call();
    }
  }

  static final class OtherField {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.FieldValue(value = "a", declaringType = Probe.class) Object field) {
      Probe.observed(field);
    }
  }
}
