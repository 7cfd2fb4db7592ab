package dev.weft.control.model;

import org.jspecify.annotations.Nullable;

/**
 * When the kernel asks a peer that is silent whether it is still there. Zero leaves a value to the
 * system.
 *
 * @param probes that stay unanswered until the connection is given up
 * @param timeSeconds of silence before the first
 * @param intervalSeconds between them
 */
public record TcpKeepalive(int probes, int timeSeconds, int intervalSeconds) {

  /** What this one leaves open is as another says; null: nobody says anything. */
  static @Nullable TcpKeepalive over(@Nullable TcpKeepalive own, @Nullable TcpKeepalive mesh) {
    if (own == null || mesh == null) {
      return own == null ? mesh : own;
    }
    return new TcpKeepalive(
        own.probes == 0 ? mesh.probes : own.probes,
        own.timeSeconds == 0 ? mesh.timeSeconds : own.timeSeconds,
        own.intervalSeconds == 0 ? mesh.intervalSeconds : own.intervalSeconds);
  }
}
