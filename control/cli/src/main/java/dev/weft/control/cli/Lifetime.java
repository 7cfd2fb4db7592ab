package dev.weft.control.cli;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 90s}, {@code 30m}, {@code 24h}, {@code 7d}. */
final class Lifetime implements ITypeConverter<Duration> {

  private static final Pattern WRITTEN = Pattern.compile("(?<count>[0-9]{1,9})(?<unit>[smhd])");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  @Override
  public Duration convert(String value) {
    Matcher written = WRITTEN.matcher(value);
    if (!written.matches()) {
      throw new TypeConversionException(
          "'" + value + "' (expected: a number and s, m, h or d, such as 24h)");
    }
    Duration unit = UNITS.getOrDefault(written.group("unit"), Duration.ZERO);
    return unit.multipliedBy(Long.parseLong(written.group("count")));
  }
}
