package dev.weft.instrumentation.sample;

/** Has a helper that woven code could not call. */
public final class Outer {

  private Outer() {}

  /** Not a class. */
  public interface Hidden {
    static void call() {}
  }
}
