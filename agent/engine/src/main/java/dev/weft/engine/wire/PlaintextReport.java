package dev.weft.engine.wire;

import java.net.InetAddress;
import java.util.List;

/**
 * Who has called in plaintext where mutual TLS was to be had: whom STRICT would have refused.
 *
 * @param sinceNanos from when on nobody else has, by the clock of {@link MeshWire}
 * @param callers by port and address
 * @param leftOff connections of callers for whom there was no room
 */
public record PlaintextReport(long sinceNanos, List<Caller> callers, long leftOff) {

  public PlaintextReport {
    callers = List.copyOf(callers);
  }

  /**
   * One address that calls one port.
   *
   * @param ownTls whether what it speaks is TLS, but not the mesh's
   * @param connections how many it has made; a request of which the connection is not known counts
   *     as one
   * @param open how many of them are open now
   * @param lastNanos when one was opened or closed last
   */
  public record Caller(
      int port, InetAddress peer, boolean ownTls, long connections, int open, long lastNanos) {}
}
