package dev.weft.engine.wire;

import dev.weft.bridge.Wire.Plan;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.config.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the bytes are of a connection that this process makes, by where it goes. */
record Callers(WireState state, TlsEnds ends, Origination origination) {

  /**
   * What a rule says of the address, else mutual TLS with whom the mesh knows there; null: it is
   * not known yet who is where.
   */
  @Nullable Plan plan(InetSocketAddress remote) {
    Transport said = state.transports().at(remote);
    if (said instanceof Transport.Tls tls) {
      return origination.client(tls, remote);
    }
    if (said instanceof Transport.Refused refused) {
      return new Plan.Refuse(refused.reason());
    }
    if (said == Transport.Plain.PLAINTEXT) {
      return MeshWire.PLAIN;
    }
    IdentityTable table = state.table();
    if (table == null) {
      return null;
    }
    if (table.isContested(remote)) {
      return new Plan.Refuse("contested address: several identities are said to be at " + remote);
    }
    Served served = state.at(remote);
    if (said instanceof Transport.Mutual mutual) {
      return mutual(mutual, served, remote);
    }
    return served == null ? MeshWire.PLAIN : ends.client(served.identity(), remote);
  }

  private Plan mutual(
      Transport.Mutual demanded, @Nullable Served served, InetSocketAddress remote) {
    if (served == null && isOfMesh(demanded.names())) {
      return ends.client(SpiffeId.parse(demanded.names().get(0)), remote);
    }
    if (served == null) {
      return new Plan.Refuse("mutual TLS: nobody of the mesh is known to be at " + remote);
    }
    SpiffeId identity = served.identity();
    return demanded.names().isEmpty() || demanded.names().contains(identity.toString())
        ? ends.client(identity, remote)
        : new Plan.Refuse("identity: " + identity + " (expected: one of " + demanded.names() + ")");
  }

  /** Whether a rule itself says who must be there. */
  private static boolean isOfMesh(List<String> names) {
    return names.size() == 1 && names.get(0).startsWith("spiffe://");
  }
}
