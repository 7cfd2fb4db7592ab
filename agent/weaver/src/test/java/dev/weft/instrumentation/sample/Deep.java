package dev.weft.instrumentation.sample;

/** A helper with a supertype and an anonymous class. */
public final class Deep extends DeepBase {

  private Deep() {}

  public static void call() {
    var unused =
        new DeepBase() {
          @Override
          public String toString() {
            return "anonymous";
          }
        }.toString();
  }
}
