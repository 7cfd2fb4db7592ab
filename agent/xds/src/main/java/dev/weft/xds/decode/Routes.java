package dev.weft.xds.decode;

import dev.weft.engine.config.RouteTable;
import java.util.Set;

/**
 * A route configuration.
 *
 * @param clusters all that the routes name
 */
public record Routes(RouteTable table, Set<String> clusters) {
  public Routes {
    clusters = Set.copyOf(clusters);
  }
}
