package dev.weft.telemetry.spans;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where spans go, read from OpenTelemetry's own environment variables (specification, OTLP exporter
 * and general SDK configuration).
 *
 * @param endpoint the URL that spans are posted to
 * @param headers to send along
 * @param timeout of one export
 * @param compressed with gzip
 * @param resource attributes of this process, {@code service.name} among them
 */
public record OtlpSettings(
    URI endpoint,
    Map<String, String> headers,
    Duration timeout,
    boolean compressed,
    Map<String, String> resource) {

  private static final String PREFIX = "OTEL_EXPORTER_OTLP_";

  public OtlpSettings {
    headers = Map.copyOf(headers);
    resource = Map.copyOf(resource);
  }

  /**
   * Reads the environment.
   *
   * @param environment by variable; the operator may look elsewhere too, null: not set
   * @return null when no spans are wanted: no endpoint is set, or they are switched off
   * @throws IllegalArgumentException when a variable says what cannot be done; the message names
   *     it, its value and what was expected
   */
  public static @Nullable OtlpSettings read(Environment environment, String serviceName) {
    String endpoint = endpoint(environment);
    if (endpoint == null || isOff(environment)) {
      return null;
    }
    String protocol = specific(environment, "PROTOCOL", "http/protobuf");
    if (!protocol.equals("http/protobuf")) {
      throw new IllegalArgumentException(
          PREFIX + "PROTOCOL: " + protocol + " (expected: http/protobuf)");
    }
    Map<String, String> resource = pairs(environment.get("OTEL_RESOURCE_ATTRIBUTES"));
    resource.put("service.name", serviceName);
    return new OtlpSettings(
        uri(endpoint),
        pairs(specific(environment, "HEADERS", "")),
        Duration.ofMillis(millis(specific(environment, "TIMEOUT", "10000"))),
        specific(environment, "COMPRESSION", "none").equals("gzip"),
        resource);
  }

  /** Where variables are looked up. */
  @FunctionalInterface
  public interface Environment {
    /** Null when it is not set. */
    @Nullable String get(String variable);
  }

  private static boolean isOff(Environment environment) {
    String exporter = environment.get("OTEL_TRACES_EXPORTER");
    boolean isOtlp = exporter == null || exporter.isEmpty() || exporter.contains("otlp");
    return "true".equalsIgnoreCase(environment.get("OTEL_SDK_DISABLED")) || !isOtlp;
  }

  private static @Nullable String endpoint(Environment environment) {
    String traces = environment.get(PREFIX + "TRACES_ENDPOINT");
    if (traces != null && !traces.isEmpty()) {
      return traces;
    }
    String base = environment.get(PREFIX + "ENDPOINT");
    return base == null || base.isEmpty()
        ? null
        : (base.endsWith("/") ? base : base + "/") + "v1/traces";
  }

  // The variable for traces is stronger than the one for every signal.
  private static String specific(Environment environment, String name, String otherwise) {
    String traces = environment.get(PREFIX + "TRACES_" + name);
    if (traces != null && !traces.isEmpty()) {
      return traces;
    }
    String all = environment.get(PREFIX + name);
    return all == null || all.isEmpty() ? otherwise : all;
  }

  private static URI uri(String text) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme();
      if (uri.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(wrong(text), e);
    }
    throw new IllegalArgumentException(wrong(text));
  }

  private static String wrong(String endpoint) {
    return PREFIX + "ENDPOINT: " + endpoint + " (expected: a URL like http://localhost:4318)";
  }

  private static long millis(String text) {
    try {
      long millis = Long.parseLong(text);
      if (millis > 0) {
        return millis;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrongTimeout(text), e);
    }
    throw new IllegalArgumentException(wrongTimeout(text));
  }

  private static String wrongTimeout(String text) {
    return PREFIX + "TIMEOUT: " + text + " (expected: milliseconds above 0)";
  }

  /** Reads {@code a=b,c=d} with percent-encoded values; what is no pair is left out. */
  static Map<String, String> pairs(@Nullable String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    UnaryOperator<String> decode =
        value -> URLDecoder.decode(value.strip().replace("+", "%2B"), StandardCharsets.UTF_8);
    for (String pair : text == null ? new String[0] : text.split(",")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.put(pair.substring(0, equals).strip(), decode.apply(pair.substring(equals + 1)));
      }
    }
    return pairs;
  }
}
