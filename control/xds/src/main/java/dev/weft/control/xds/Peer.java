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
