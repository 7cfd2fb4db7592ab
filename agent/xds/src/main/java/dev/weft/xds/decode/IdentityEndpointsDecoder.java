package dev.weft.xds.decode;

import dev.weft.engine.config.Literals;
import dev.weft.engine.config.SpiffeId;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code weft.control.v1.IdentityEndpoints}. */
final class IdentityEndpointsDecoder {

  private IdentityEndpointsDecoder() {}

  static IdentityEndpoints decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    dev.weft.xds.proto.IdentityEndpoints message = dev.weft.xds.proto.IdentityEndpoints.parse(in);
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int i = 0; i < message.addresses().size(); i++) {
      String text = message.addresses().get(i);
      InetSocketAddress address = address(text);
      if (address == null) {
        throw Where.ROOT
            .in("addresses", i)
            .refuse("\"" + text + "\" (expected: an IP address and a port, [..] around IPv6)");
      }
      addresses.add(address);
    }
    return new IdentityEndpoints(identity(message.identity()), addresses);
  }

  private static SpiffeId identity(String text) throws InvalidResourceException {
    try {
      return SpiffeId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Where.ROOT.in("identity").refuse(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, Math.max(colon, 0));
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    InetAddress literal = bracketed == host.indexOf(':') >= 0 ? Literals.parse(host) : null;
    String port = text.substring(colon + 1);
    if (literal == null || !port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65_535) {
      return null;
    }
    return new InetSocketAddress(literal, Integer.parseInt(port));
  }
}
