package dev.weft.control.config.schema;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in Go's syntax: {@code 1.5h}, {@code 300ms}, {@code 1h30m}, {@code -2s}. */
public final class Durations {

  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
  private static final int LENGTH = 64;
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns",
          1L,
          "us",
          1_000L,
          "µs",
          1_000L,
          "μs",
          1_000L,
          "ms",
          1_000_000L,
          "s",
          1_000_000_000L,
          "m",
          60_000_000_000L,
          "h",
          3_600_000_000_000L);

  private Durations() {}

  /** Empty where the text is not of that syntax, or beyond the 292 years that Go can hold. */
  public static Optional<Duration> parse(String text) {
    String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (digits.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    Matcher parts = PART.matcher(digits);
    BigDecimal nanos = BigDecimal.ZERO;
    int at = 0;
    while (at < digits.length() && digits.length() <= LENGTH && parts.lookingAt()) {
      nanos = nanos.add(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit(parts))));
      at = parts.end();
      parts.region(at, digits.length());
    }
    boolean whole = at > 0 && at == digits.length();
    if (!whole || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofNanos(text.startsWith("-") ? -nanos.longValue() : nanos.longValue()));
  }

  private static long unit(Matcher part) {
    return NANOS.getOrDefault(part.group(2), 0L);
  }

  static Optional<String> problem(String text) {
    Optional<Duration> duration = parse(text);
    if (duration.isEmpty()) {
      return Optional.of("(expected: a duration as 1.5s, 300ms or 1h30m)");
    }
    if (duration.get().compareTo(Duration.ofMillis(1)) < 0) {
      return Optional.of("(expected: >= 1ms)");
    }
    return duration.get().equals(duration.get().truncatedTo(ChronoUnit.MILLIS))
        ? Optional.empty()
        : Optional.of("(expected: whole milliseconds)");
  }

  static Optional<String> problemFromZero(String text) {
    Optional<Duration> duration = parse(text);
    if (duration.isEmpty()) {
      return Optional.of("(expected: a duration as 1.5s, 300ms or 1h30m)");
    }
    return duration.get().isNegative() ? Optional.of("(expected: >= 0s)") : Optional.empty();
  }
}
