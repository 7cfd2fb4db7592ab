package dev.weft.control.ca;

import dev.weft.control.model.SpiffeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What is to be signed, besides the key.
 *
 * @param dnsNames besides the identity; only the control service has any
 */
record Leaf(SpiffeId id, List<String> dnsNames, boolean mayBeClient, Duration life) {

  /** When a certificate counts. */
  record Validity(Instant notBefore, Instant notAfter) {}

  static Leaf workload(SpiffeId id, Duration life) {
    return new Leaf(id, List.of(), true, life);
  }

  static Leaf control(SpiffeId id, Duration life, List<String> dnsNames) {
    return new Leaf(id, dnsNames, false, life);
  }
}
