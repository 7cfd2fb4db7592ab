package dev.weft.engine.wire;

import dev.weft.engine.FailMode;
import dev.weft.engine.egress.EgressSettings;
import java.util.Set;

/**
 * What an operator says of connections.
 *
 * @param failMode what happens to connections while nothing was ever received
 * @param unmeshed ports of ours that are none of the mesh's
 * @param ownTls ports at which the application speaks TLS of its own, which STRICT lets pass
 * @param serverFirst ports at which the server speaks first
 * @param egress connections to what the registry does not know
 * @param probes what is answered in plaintext in any case
 */
public record WireSettings(
    FailMode failMode,
    Set<Integer> unmeshed,
    Set<Integer> ownTls,
    Set<Integer> serverFirst,
    EgressSettings egress,
    Probes probes) {

  /** With nothing said of connections that leave the mesh, nor of probes. */
  public WireSettings(
      FailMode failMode, Set<Integer> unmeshed, Set<Integer> ownTls, Set<Integer> serverFirst) {
    this(failMode, unmeshed, ownTls, serverFirst, EgressSettings.STRICT, Probes.NONE);
  }

  public WireSettings {
    unmeshed = Set.copyOf(unmeshed);
    ownTls = Set.copyOf(ownTls);
    serverFirst = Set.copyOf(serverFirst);
  }
}
