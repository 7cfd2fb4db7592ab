package dev.weft.xds.decode;

import dev.weft.engine.config.Literals;
import dev.weft.engine.config.Subnet;
import dev.weft.engine.config.TcpService;
import dev.weft.xds.proto.TcpRoute;
import dev.weft.xds.proto.TcpShare;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** {@code weft.control.v1.TcpService}. */
final class TcpServiceDecoder {

  private TcpServiceDecoder() {}

  static List<TcpService> decode(List<dev.weft.xds.proto.TcpService> all)
      throws InvalidResourceException {
    List<TcpService> services = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      services.add(service(all.get(i), Where.ROOT.in("tcp", i)));
    }
    return services;
  }

  private static TcpService service(dev.weft.xds.proto.TcpService service, Where where)
      throws InvalidResourceException {
    int port = Numbers.port(service.port(), where.in("port"));
    List<TcpService.Route> routes = new ArrayList<>();
    for (int i = 0; i < service.routes().size(); i++) {
      routes.add(route(service.routes().get(i), where.in("routes", i)));
    }
    List<Subnet> addresses = subnets(service.addresses(), where.in("addresses"));
    return new TcpService(service.names(), addresses, port, routes);
  }

  private static TcpService.Route route(TcpRoute route, Where where)
      throws InvalidResourceException {
    List<Subnet> subnets = subnets(route.subnets(), where.in("subnets"));
    List<TcpService.Share> shares = new ArrayList<>();
    for (TcpShare share : route.shares()) {
      if (share.weight() < 1 || share.weight() > Integer.MAX_VALUE) {
        throw where
            .in("shares")
            .refuse("weight " + share.weight() + " (expected: 1 to " + Integer.MAX_VALUE + ")");
      }
      shares.add(new TcpService.Share(share.cluster(), (int) share.weight()));
    }
    if (shares.isEmpty()) {
      throw where.in("shares").refuse("none (expected: at least one)");
    }
    return new TcpService.Route(subnets, route.serverNames(), shares, route.bySource());
  }

  private static List<Subnet> subnets(List<String> texts, Where where)
      throws InvalidResourceException {
    List<Subnet> subnets = new ArrayList<>();
    for (String text : texts) {
      subnets.add(subnet(text, where));
    }
    return subnets;
  }

  static Subnet subnet(String text, Where where) throws InvalidResourceException {
    int slash = text.indexOf('/');
    InetAddress address = Literals.parse(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw where.refuse("\"" + text + "\" (expected: an IP address or a block of them)");
    }
    byte[] bytes = address.getAddress();
    try {
      int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
      return new Subnet(bytes, bits);
    } catch (IllegalArgumentException e) {
      throw where.refuse("\"" + text + "\": " + e.getMessage());
    }
  }
}
