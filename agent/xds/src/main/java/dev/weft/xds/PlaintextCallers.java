package dev.weft.xds;

import java.time.Instant;
import java.util.List;

/**
 * Who has called in plaintext where mutual TLS was to be had.
 *
 * @param since from when on nobody else has
 * @param leftOff connections of callers for whom there was no room
 */
public record PlaintextCallers(Instant since, List<Caller> callers, long leftOff) {

  public PlaintextCallers {
    callers = List.copyOf(callers);
  }

  /**
   * One address that calls one port.
   *
   * @param address an IP address
   * @param ownTls whether what it speaks is TLS, but not the mesh's
   * @param connections how many it has made
   * @param open how many of them are open
   * @param last when one was opened or closed last
   */
  public record Caller(
      String address, int port, boolean ownTls, long connections, int open, Instant last) {}
}
