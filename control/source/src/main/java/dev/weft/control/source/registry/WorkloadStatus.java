package dev.weft.control.source.registry;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One registered workload, for people.
 *
 * @param connected whether its agent's stream is open; else the lease runs out
 * @param barred why it may not serve at all; empty if it may
 */
public record WorkloadStatus(
    Registration registration,
    boolean connected,
    Instant since,
    List<PortStatus> ports,
    Optional<String> barred) {

  /**
   * @param rival who serves this port instead; empty if this workload does
   */
  public record PortStatus(RegisteredPort port, Optional<String> rival) {}

  static WorkloadStatus of(Lease lease, Claims claims, Optional<String> barred) {
    return new WorkloadStatus(
        lease.registration(),
        lease.isConnected(),
        lease.since(),
        lease.registration().ports().stream()
            .map(
                port ->
                    new PortStatus(
                        port,
                        claims.rival(lease, port).map(rival -> rival.registration().toString())))
            .toList(),
        barred);
  }
}
