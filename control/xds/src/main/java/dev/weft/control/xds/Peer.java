package dev.weft.control.xds;

import dev.weft.control.model.SpiffeId;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a stream, as its connection has it.
 *
 * @param address host and port
 * @param identity proven; null: nobody knows
 */
record Peer(String address, @Nullable SpiffeId identity) {

  /** Its address without the port. */
  String host() {
    int colon = address.lastIndexOf(':');
    return colon < 0 ? address : address.substring(0, colon);
  }

  /**
   * A workload sees the mesh as its own namespace does.
   *
   * @throws IllegalArgumentException where it says that it is in another one
   */
  void requireNamespace(Client client) {
    if (identity != null && !identity.namespace().equals(client.caller().namespace())) {
      throw new IllegalArgumentException(
          "node: namespace "
              + client.caller().namespace()
              + " (expected: "
              + identity.namespace()
              + ", of "
              + identity
              + ")");
    }
  }
}
