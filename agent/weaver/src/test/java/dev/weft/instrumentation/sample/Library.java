package dev.weft.instrumentation.sample;

import java.util.ArrayList;
import java.util.List;

/** Stands for a library: methods of every shape, which note that their bodies ran. */
public class Library {

  /** What ran, in order. */
  public static final List<String> RAN = new ArrayList<>();

  private final String name;
  protected int count;
  protected static String shared = "shared";

  public Library(String name, int count) {
    this.name = name.isEmpty() ? "nameless" : name;
    this.count = count;
    RAN.add("constructed " + this.name + " " + this.count);
  }

  public String greet(String who) {
    who = who + "!"; // the parameter's variable is used again
    RAN.add("greet " + who);
    return "hello " + who;
  }

  public long sum(long a, int b, double c) {
    long total = a;
    for (int i = 0; i < b; i++) {
      total += (long) c;
    }
    return total;
  }

  public boolean isEven(int n) {
    return n % 2 == 0;
  }

  public double half(double n) {
    return n / 2;
  }

  public float third(float n) {
    return n / 3;
  }

  public char letter(byte b, short s, char c) {
    return (char) (c + b + s);
  }

  public int[] array(int[] numbers) {
    return numbers.clone();
  }

  public void run(List<String> log) {
    log.add("ran");
    RAN.add("run");
  }

  public int take(int most) {
    RAN.add("take");
    return most;
  }

  public long takeLong(long most, int unused) {
    RAN.add("takeLong");
    return most;
  }

  public static String join(String a, Object b) {
    RAN.add("join");
    return a + b;
  }

  /** Two exits, and a body that begins with a loop. */
  public int find(int[] numbers, int wanted) {
    while (count < numbers.length) {
      if (numbers[count] == wanted) {
        return count;
      }
      count++;
    }
    return -1;
  }

  public synchronized String guarded(String text) {
    try {
      return text.trim();
    } catch (NullPointerException e) {
      return "caught";
    } finally {
      RAN.add("finally");
    }
  }

  public Object failing(String why) {
    throw new IllegalStateException(why);
  }

  public String shared() {
    return shared + count;
  }

  /** As compilers of other languages may: the parameter's variable is given another type. */
  public static <T> T same(T value) {
    return value;
  }
}
