package dev.weft.engine.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Envoy's response flags: why a response is as it is. Sets of them are the bits of an int. */
public enum ResponseFlag {
  /** No healthy endpoint in the cluster. */
  NO_HEALTHY_UPSTREAM(0x1, "UH"),
  /** The connection to the endpoint failed. */
  UPSTREAM_CONNECTION_FAILURE(0x2, "UF"),
  /** The connection to the endpoint broke. */
  UPSTREAM_CONNECTION_TERMINATION(0x4, "UC"),
  /** No rule matched. */
  NO_ROUTE(0x8, "NR"),
  /** All retries were used up. */
  UPSTREAM_RETRY_LIMIT_EXCEEDED(0x10, "URX"),
  /** The cluster of the rule does not exist. */
  NO_CLUSTER(0x20, "NC"),
  /** The caller gave up. */
  DOWNSTREAM_CONNECTION_TERMINATION(0x40, "DC"),
  /** The endpoint reset the stream. */
  UPSTREAM_REMOTE_RESET(0x80, "UR"),
  /** A timeout ran out. */
  UPSTREAM_REQUEST_TIMEOUT(0x100, "UT"),
  /** The request was reset here. */
  LOCAL_RESET(0x200, "LR"),
  /** A fault was injected: the request was held up. */
  DELAY_INJECTED(0x400, "DI"),
  /** A fault was injected: the request was answered with an error. */
  FAULT_INJECTED(0x800, "FI"),
  /** A limit of the cluster is reached. */
  UPSTREAM_OVERFLOW(0x1000, "UO"),
  /** A rate limit is reached. */
  RATE_LIMITED(0x2000, "RL"),
  /** The service that counts for a rate limit has failed. */
  RATE_LIMIT_SERVICE_ERROR(0x4000, "RLSE"),
  /** Somebody else was asked, and refused it or did not answer. */
  UNAUTHORIZED_EXTERNAL_SERVICE(0x8000, "UAEX");

  /** Of sets without the last flags, which hardly ever meet others. */
  private static final AtomicReferenceArray<@Nullable String> TEXTS =
      new AtomicReferenceArray<>(0x2000);

  private final int bit;
  private final String text;

  ResponseFlag(int bit, String text) {
    this.bit = bit;
    this.text = text;
  }

  /** The set of this flag alone. */
  public int bit() {
    return bit;
  }

  /** A set as Istio writes it: {@code UF,URX}; {@code -} for the empty set. */
  public static String text(int flags) {
    if (flags == RATE_LIMITED.bit) {
      return RATE_LIMITED.text;
    }
    boolean isKept = flags < TEXTS.length();
    String known = isKept ? TEXTS.get(flags) : null;
    if (known != null) {
      return known;
    }
    List<String> texts = new ArrayList<>();
    for (ResponseFlag flag : values()) {
      if ((flags & flag.bit) != 0) {
        texts.add(flag.text);
      }
    }
    String text = texts.isEmpty() ? "-" : String.join(",", texts);
    if (isKept) {
      TEXTS.set(flags, text);
    }
    return text;
  }
}
