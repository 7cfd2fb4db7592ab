package dev.weft.engine.tcp;

import dev.weft.engine.config.Subnet;
import dev.weft.engine.config.TcpService;
import dev.weft.engine.config.TcpService.Route;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which service an application connects to, and by which of its routes: what listeners and filter
 * chains are to a sidecar. Never changes.
 */
final class TcpRoutes {

  private final Map<Place, TcpService> byName = new HashMap<>();

  /** By port; the smallest blocks first. */
  private final Map<Integer, List<Block>> byAddress = new HashMap<>();

  private record Block(Subnet subnet, TcpService service) {}

  private record Place(String name, int port) {
    // Written out: a record's own are linked at first use, on the path of the first connection.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Place place && port == place.port && name.equals(place.name);
    }

    @Override
    public int hashCode() {
      return name.hashCode() * 31 + port;
    }
  }

  /** Of services that claim the same name or address, the first has it. */
  TcpRoutes(List<TcpService> services) {
    for (TcpService service : services) {
      for (String name : service.names()) {
        byName.putIfAbsent(new Place(name, service.port()), service);
      }
      for (Subnet subnet : service.addresses()) {
        byAddress
            .computeIfAbsent(service.port(), any -> new ArrayList<>())
            .add(new Block(subnet, service));
      }
    }
    Comparator<Block> smallest = Comparator.comparingInt(block -> -block.subnet.bits());
    byAddress.values().forEach(blocks -> blocks.sort(smallest)); // stable
  }

  /** Null: it is none of those whose connections are routed. */
  @Nullable TcpService service(InetSocketAddress remote) {
    String name = name(remote);
    TcpService named = byName.get(new Place(name, remote.getPort()));
    for (int dot = name.indexOf('.'); named == null && dot >= 0; dot = name.indexOf('.', dot + 1)) {
      named = byName.get(new Place(name.substring(dot), remote.getPort()));
    }
    InetAddress address = remote.getAddress();
    if (named != null || address == null) {
      return named;
    }
    for (Block block : byAddress.getOrDefault(remote.getPort(), List.of())) {
      if (block.subnet.contains(address)) {
        return block.service;
      }
    }
    return null;
  }

  /**
   * The route for this name and address; null: none fits. As Envoy chooses filter chains: the
   * smallest block that holds the address decides first, then the most exact name; of equals, the
   * first.
   */
  static @Nullable Route route(TcpService service, InetSocketAddress remote) {
    int smallest = 0;
    for (Route route : service.routes()) {
      smallest = Math.max(smallest, bits(route, remote));
    }
    String name = name(remote);
    Route best = null;
    int exactness = -1;
    for (Route route : service.routes()) {
      int exact = bits(route, remote) == smallest ? exactness(route, name) : -1;
      if (exact > exactness) {
        best = route;
        exactness = exact;
      }
    }
    return best;
  }

  /** Of the smallest block that holds the address; 0: it asks for none; -1: it is in none. */
  private static int bits(Route route, InetSocketAddress remote) {
    InetAddress address = remote.getAddress();
    int bits = route.subnets().isEmpty() ? 0 : -1;
    for (Subnet subnet : route.subnets()) {
      if (address != null && subnet.contains(address)) {
        bits = Math.max(bits, subnet.bits());
      }
    }
    return bits;
  }

  /** How many characters of the name are asked for; 0: none; -1: it is another name. */
  private static int exactness(Route route, String name) {
    int most = route.serverNames().isEmpty() ? 0 : -1;
    for (String pattern : route.serverNames()) {
      if (pattern.equals(name)) {
        return Integer.MAX_VALUE;
      }
      if (pattern.startsWith("*") && name.endsWith(pattern.substring(1))) {
        most = Math.max(most, pattern.length() - 1);
      }
    }
    return most;
  }

  /** What the application connects to, as far as the JDK remembers it; never asks the network. */
  private static String name(InetSocketAddress remote) {
    String name = remote.getHostString().toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
