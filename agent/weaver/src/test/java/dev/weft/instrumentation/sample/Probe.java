package dev.weft.instrumentation.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A helper: notes how it was called, and fails on demand. */
public final class Probe {

  /** What was called, in order. */
  public static final List<String> CALLS = new ArrayList<>();

  /** When set, every call fails. */
  public static boolean failing;

  private Probe() {}

  private static void note(Object... facts) {
    CALLS.add(String.join(" ", Arrays.stream(facts).map(String::valueOf).toList()));
    if (failing) {
      throw new UnsupportedOperationException("probe");
    }
  }

  public static void observed() {
    note("observed");
  }

  public static void observed(@Nullable Object argument) {
    note("observed", argument);
  }

  public static void left(Object self, @Nullable String argument, @Nullable String returned) {
    note("left", self.getClass().getSimpleName(), argument, returned);
  }

  public static void leftSum(long a, int b, double c, long returned) {
    note("sum", a, b, c, returned);
  }

  public static String shout(@Nullable String text) {
    note("shout", text);
    return text + "?";
  }

  public static boolean negate(boolean value) {
    note("negate", value);
    return !value;
  }

  public static double twice(double value) {
    note("twice", value);
    return value * 2;
  }

  public static float twice(float value) {
    note("twice", value);
    return value * 2;
  }

  public static char next(char value) {
    note("next", value);
    return (char) (value + 1);
  }

  public static int @Nullable [] reversed(int[] numbers) {
    note("reversed", numbers.length);
    int[] reversed = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      reversed[i] = numbers[numbers.length - 1 - i];
    }
    return reversed;
  }

  public static boolean refused(List<String> log) {
    note("refused", log.size());
    return log.contains("refuse");
  }

  public static @Nullable Object instead(Object argument) {
    note("instead", argument);
    return "a".equals(argument) ? "instead" : null;
  }

  public static int taken(int most) {
    note("taken", most);
    return most < 0 ? most * 2 : 0;
  }

  public static long takenLong(long most) {
    note("takenLong", most);
    return most < 0 ? most * 2 : 0;
  }

  public static Object before(int field) {
    note("before", field);
    return "state " + field;
  }

  public static void after(Object state, int returned) {
    note("after", state, returned);
  }

  public static int counted(int field, String name) {
    note("counted", field, name);
    return field + 100;
  }

  public static void saw(String shared, int count) {
    note("saw", shared, count);
  }

  public static @Nullable Object wrong(@Nullable String text) {
    note("wrong", text);
    return 42; // not what the method returns
  }
}
