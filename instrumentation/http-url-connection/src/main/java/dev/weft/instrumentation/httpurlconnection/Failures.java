package dev.weft.instrumentation.httpurlconnection;

import java.io.IOException;

/** What the application sees when it asks a second time for what failed. */
final class Failures {

  private Failures() {}

  /** As the JDK: a new exception of the same type and message, caused by the first. */
  static IOException again(Exception first) {
    if (!(first instanceof IOException failure)) {
      throw new RuntimeException(first);
    }
    try {
      IOException again =
          failure.getClass().getConstructor(String.class).newInstance(failure.getMessage());
      again.initCause(failure);
      return again;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return failure; // a type without such a constructor, or with a cause of its own
    }
  }
}
