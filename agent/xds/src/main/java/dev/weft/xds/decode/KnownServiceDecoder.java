package dev.weft.xds.decode;

import dev.weft.engine.config.Places;
import dev.weft.xds.proto.KnownService;
import java.util.List;

/** {@code weft.control.v1.KnownService}. */
final class KnownServiceDecoder {

  private KnownServiceDecoder() {}

  static Places decode(List<KnownService> all) throws InvalidResourceException {
    Places.Builder places = Places.builder();
    for (int i = 0; i < all.size(); i++) {
      add(all.get(i), Where.ROOT.in("known", i), places);
    }
    return places.build();
  }

  private static void add(KnownService service, Where where, Places.Builder places)
      throws InvalidResourceException {
    for (Long each : service.ports()) {
      int port = Numbers.port(each, where.in("ports"));
      service.names().forEach(name -> places.name(name, port));
      for (String address : service.addresses()) {
        // A single address is found at once, a block by looking at each.
        if (address.indexOf('/') < 0) {
          places.name(address, port);
        } else {
          places.block(TcpServiceDecoder.subnet(address, where.in("addresses")), port);
        }
      }
    }
    for (String endpoint : service.endpoints()) {
      endpoint(endpoint, where.in("endpoints"), places);
    }
  }

  private static void endpoint(String text, Where where, Places.Builder places)
      throws InvalidResourceException {
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, Math.max(colon, 0));
    Long port = null;
    try {
      port = Long.valueOf(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      host = "";
    }
    if (host.isEmpty()) {
      throw where.refuse("\"" + text + "\" (expected: host:port)");
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    places.name(bracketed ? host.substring(1, host.length() - 1) : host, Numbers.port(port, where));
  }
}
