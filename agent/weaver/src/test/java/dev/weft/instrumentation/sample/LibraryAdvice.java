package dev.weft.instrumentation.sample;

import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/** One advice of every supported form. */
@SuppressWarnings("UnusedVariable") // assigned parameters are what Byte Buddy writes back
public final class LibraryAdvice {

  private LibraryAdvice() {}

  static final class Constructed {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.FieldValue(value = "count", readOnly = false) int count,
        @Advice.Argument(0) String name) {
      count = Probe.counted(count, name);
    }
  }

  static final class Greeted {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 0, readOnly = false) String who) {
      who = Probe.shout(who);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.This Object self, @Advice.Argument(0) String who, @Advice.Return String returned) {
      Probe.left(self, who, returned);
    }
  }

  static final class Summed {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.Argument(0) long a,
        @Advice.Argument(1) int b,
        @Advice.Argument(2) double c,
        @Advice.Return long returned) {
      Probe.leftSum(a, b, c, returned);
    }
  }

  static final class Negated {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return(readOnly = false) boolean returned) {
      returned = Probe.negate(returned);
    }
  }

  static final class Doubled {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(value = 0, readOnly = false) double n) {
      n = Probe.twice(n);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return(readOnly = false) double returned) {
      returned = Probe.twice(returned);
    }
  }

  static final class Tripled {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return(readOnly = false) float returned) {
      returned = Probe.twice(returned);
    }
  }

  static final class Lettered {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return(readOnly = false) char returned) {
      returned = Probe.next(returned);
    }
  }

  static final class Reversed {
    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return(readOnly = false) int @Nullable [] returned) {
      returned = Probe.reversed(returned);
    }
  }

  static final class Refused {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class, suppress = Throwable.class)
    static boolean enter(@Advice.Argument(0) List<String> log) {
      return Probe.refused(log);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit() {
      Probe.observed();
    }
  }

  static final class Joined {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static @Nullable Object enter(@Advice.Argument(0) String a) {
      return Probe.instead(a);
    }

    @Advice.OnMethodExit
    static void exit(
        @Advice.Enter @Nullable Object instead,
        @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC)
            @Nullable Object returned) {
      if (instead != null) {
        returned = instead;
      }
    }
  }

  static final class Taken {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static int enter(@Advice.Argument(0) int most) {
      return Probe.taken(most);
    }

    @Advice.OnMethodExit
    static void exit(@Advice.Enter int instead, @Advice.Return(readOnly = false) int returned) {
      if (instead != 0) {
        returned = instead;
      }
    }
  }

  static final class TakenLong {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static long enter(@Advice.Argument(0) long most) {
      return Probe.takenLong(most);
    }

    @Advice.OnMethodExit
    static void exit(@Advice.Enter long instead, @Advice.Return(readOnly = false) long returned) {
      if (instead != 0) {
        returned = instead;
      }
    }
  }

  static final class Found {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static Object enter(@Advice.FieldValue("count") int count) {
      return Probe.before(count);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Enter Object state, @Advice.Return int returned) {
      Probe.after(state, returned);
    }
  }

  static final class Observed {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(0) Object argument) {
      Probe.observed(argument);
    }

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit() {
      Probe.observed();
    }
  }

  static final class Shared {
    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.FieldValue("shared") String shared, @Advice.FieldValue("count") int count) {
      Probe.saw(shared, count);
    }
  }
}
