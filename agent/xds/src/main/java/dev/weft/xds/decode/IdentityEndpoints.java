package dev.weft.xds.decode;

import dev.weft.engine.config.SpiffeId;
import java.net.InetSocketAddress;
import java.util.List;

/** Where one identity serves. */
public record IdentityEndpoints(SpiffeId identity, List<InetSocketAddress> addresses) {

  public IdentityEndpoints {
    addresses = List.copyOf(addresses);
  }
}
