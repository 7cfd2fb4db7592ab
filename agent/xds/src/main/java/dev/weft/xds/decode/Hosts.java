package dev.weft.xds.decode;

import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.TcpService;
import java.util.List;

/**
 * What the mesh knows: hosts of requests, and services of connections.
 *
 * @param tcp that are to be routed as soon as their clusters have come
 */
public record Hosts(HostTable table, List<TcpService> tcp) {

  public Hosts {
    tcp = List.copyOf(tcp);
  }
}
