package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code retries}; null where absent, empty or {@code attempts: 0} means none. */
final class RetriesReader {

  private static final String STATUS_CODES = "retriable-status-codes";

  /** Envoy's {@code x-envoy-retry-on} and {@code x-envoy-retry-grpc-on}. */
  private static final Set<String> CONDITIONS =
      Set.of(
          "5xx",
          "gateway-error",
          "reset",
          "reset-before-request",
          "connect-failure",
          "retriable-4xx",
          "refused-stream",
          STATUS_CODES,
          "retriable-headers",
          "envoy-ratelimited",
          "http3-post-connect-failure",
          "cancelled",
          "deadline-exceeded",
          "internal",
          "resource-exhausted",
          "unavailable");

  /** Conditions without effect, in Istio too or in a JVM only, and why. */
  private static final Map<String, String> IDLE =
      Map.of(
          "http3-post-connect-failure", "no library of the JVM speaks HTTP/3",
          "retriable-headers", "a VirtualService cannot say which headers, in Istio either");

  private RetriesReader() {}

  static @Nullable RetryPolicy read(ObjectReader route) {
    return read(route, "retries");
  }

  /** Those of another field. */
  static @Nullable RetryPolicy read(ObjectReader holder, String field) {
    if (!holder.has(field)) {
      return null;
    }
    ObjectReader retries = holder.object(field);
    int attempts = retries.number("attempts", 0);
    if (attempts == 0) {
      refuseIdleSettings(retries);
      return RetryPolicy.NONE;
    }
    Duration backoff = retries.duration("backoff");
    List<String> conditions = new ArrayList<>();
    List<Integer> codes = new ArrayList<>();
    split(retries, conditions, codes);
    return new RetryPolicy(
        attempts,
        retries.duration("perTryTimeout"),
        retries.text("retryOn").isEmpty() ? RetryPolicy.DEFAULT_CONDITIONS : conditions,
        codes,
        backoff == null ? RetryPolicy.DEFAULT_BACKOFF : backoff,
        retries.has("retryIgnorePreviousHosts")
            ? (Boolean) retries.flag("retryIgnorePreviousHosts")
            : null,
        retries.flag("retryRemoteLocalities"));
  }

  private static void refuseIdleSettings(ObjectReader retries) {
    for (String field : List.of("perTryTimeout", "retryOn", "retryRemoteLocalities")) {
      if (retries.has(field)) {
        retries.report(
            FindingCode.CONFLICTING_FIELDS,
            field,
            "set together with attempts: 0 (expected: attempts >= 1)");
      }
    }
  }

  private static void idle(ObjectReader retries, String condition) {
    String why = IDLE.get(condition);
    if (why != null) {
      retries.report(FindingCode.FIELD_NEVER, "retryOn", condition + " never happens: " + why);
    }
  }

  private static void split(ObjectReader retries, List<String> conditions, List<Integer> codes) {
    for (String part : retries.text("retryOn").split(",", -1)) {
      String condition = part.strip();
      if (condition.matches("[1-5]\\d\\d")) {
        codes.add(Integer.valueOf(condition));
      } else if (CONDITIONS.contains(condition)) {
        conditions.add(condition);
        idle(retries, condition);
      } else if (retries.has("retryOn") && !retries.text("retryOn").isEmpty()) {
        retries.report(
            FindingCode.INVALID,
            "retryOn",
            "\""
                + Excerpt.of(condition)
                + "\" (expected: a status code or one of Envoy's conditions)");
      }
    }
    if (!codes.isEmpty() && !conditions.contains(STATUS_CODES)) {
      conditions.add(STATUS_CODES);
    }
  }
}
