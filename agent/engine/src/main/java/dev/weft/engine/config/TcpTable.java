package dev.weft.engine.config;

import java.util.List;

/**
 * The services whose connections are routed.
 *
 * @param settled whether all of them are here; else there are some whose clusters have not come yet
 */
public record TcpTable(List<TcpService> services, boolean settled) {

  /** Of a mesh that routes requests alone. */
  public static final TcpTable EMPTY = new TcpTable(List.of(), true);

  public TcpTable {
    services = List.copyOf(services);
  }
}
