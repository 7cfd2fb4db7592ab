package dev.weft.telemetry.spans;

import dev.weft.engine.telemetry.Sampler;
import dev.weft.telemetry.spans.OtlpSettings.Environment;
import org.jspecify.annotations.Nullable;

/** Reads {@code OTEL_TRACES_SAMPLER} and its argument. */
public final class Samplers {

  private static final String SAMPLER = "OTEL_TRACES_SAMPLER";
  private static final String ARGUMENT = "OTEL_TRACES_SAMPLER_ARG";

  private Samplers() {}

  /**
   * The sampler that the environment names.
   *
   * @param percent of traces recorded when it names none, 0 to 100: then as the caller decided, and
   *     for new traces by this share
   * @throws IllegalArgumentException when it names one that does not exist
   */
  public static Sampler read(Environment environment, double percent) {
    String name = environment.get(SAMPLER);
    return switch (name == null ? "" : name.strip()) {
      case "" -> Sampler.ratio(percent / 100).parentBased();
      case "always_on" -> Sampler.ratio(1);
      case "always_off" -> Sampler.ratio(0);
      case "traceidratio" -> Sampler.ratio(argument(environment));
      case "parentbased_always_on" -> Sampler.ratio(1).parentBased();
      case "parentbased_always_off" -> Sampler.ratio(0).parentBased();
      case "parentbased_traceidratio" -> Sampler.ratio(argument(environment)).parentBased();
      default ->
          throw new IllegalArgumentException(
              SAMPLER
                  + ": "
                  + name
                  + " (expected: always_on, always_off, traceidratio, or one of them after"
                  + " parentbased_)");
    };
  }

  private static double argument(Environment environment) {
    String text = environment.get(ARGUMENT);
    Double share = text == null || text.isBlank() ? Double.valueOf(1) : share(text.strip());
    if (share == null || !(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(ARGUMENT + ": " + text + " (expected: 0 to 1)");
    }
    return share;
  }

  private static @Nullable Double share(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
