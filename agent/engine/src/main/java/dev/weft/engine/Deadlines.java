package dev.weft.engine;

import dev.weft.bridge.Headers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How long the caller of a request still waits, as its headers say. */
final class Deadlines {

  /** Nobody said anything. */
  static final long NONE = -1;

  private static final String GRPC_TIMEOUT = "grpc-timeout";
  private static final int MOST_DIGITS = 8; // gRPC's limit; a day in milliseconds has as many

  private Deadlines() {}

  /**
   * Nanoseconds, or {@link #NONE}; the sooner of both where both are there.
   *
   * @param header in milliseconds
   */
  static long left(Headers headers, String header, boolean grpc) {
    long said = millis(headers.first(header));
    long ofGrpc = grpc ? grpc(headers.first(GRPC_TIMEOUT)) : NONE;
    return said < 0 || ofGrpc < 0 ? Math.max(said, ofGrpc) : Math.min(said, ofGrpc);
  }

  private static long millis(@Nullable String text) {
    long number = text == null ? NONE : digits(text, text.length());
    return number < 0 ? NONE : TimeUnit.MILLISECONDS.toNanos(number);
  }

  // TimeoutValue TimeoutUnit, as in gRPC's protocol over HTTP/2.
  private static long grpc(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return NONE;
    }
    int end = text.length() - 1;
    long number = digits(text, end);
    if (number < 0) {
      return NONE;
    }
    return switch (text.charAt(end)) {
      case 'H' -> TimeUnit.HOURS.toNanos(number);
      case 'M' -> TimeUnit.MINUTES.toNanos(number);
      case 'S' -> TimeUnit.SECONDS.toNanos(number);
      case 'm' -> TimeUnit.MILLISECONDS.toNanos(number);
      case 'u' -> TimeUnit.MICROSECONDS.toNanos(number);
      case 'n' -> number;
      default -> NONE;
    };
  }

  private static long digits(String text, int end) {
    if (end == 0 || end > MOST_DIGITS) {
      return NONE;
    }
    long number = 0;
    for (int i = 0; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return NONE;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
