package dev.weft.engine.wire;

import dev.weft.bridge.Wire;
import dev.weft.engine.config.Transport;
import java.net.InetSocketAddress;

/** Makes the connecting ends of TLS to servers outside of the mesh, by files of this host. */
@FunctionalInterface
public interface Origination {

  /** A process that cannot. */
  static Origination none(String reason) {
    return (tls, remote) -> new Wire.Plan.Refuse(reason);
  }

  /**
   * The connecting end. {@link Wire.Plan.Refuse} where a file is missing or cannot be used.
   *
   * @param tls with its server name, where it has one
   */
  Wire.Plan client(Transport.Tls tls, InetSocketAddress remote);
}
