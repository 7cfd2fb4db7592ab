package dev.weft.instrumentation.tomcat;

import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.MessageBytes;
import org.jspecify.annotations.Nullable;

/** Reads a coyote request before the container has parsed it, and leaves no trace in it. */
final class Arrival {

  private Arrival() {}

  static RequestHead head(Request request) {
    String query = text(request.queryString());
    String path = text(request.requestURI());
    return new RequestHead(
        "tomcat",
        method(request),
        request.scheme().isNull() ? "http" : text(request.scheme()), // set later, unless by TLS
        authority(request),
        request.queryString().isNull() ? path : path + '?' + query,
        new RequestHeaders(request.getMimeHeaders()));
  }

  static Peer peer(Request request) {
    request.action(ActionCode.REQ_HOST_ADDR_ATTRIBUTE, request);
    request.action(ActionCode.REQ_REMOTEPORT_ATTRIBUTE, request);
    request.action(ActionCode.REQ_LOCAL_ADDR_ATTRIBUTE, request);
    request.action(ActionCode.REQ_LOCALPORT_ATTRIBUTE, request);
    return new Peer(
        address(text(request.remoteAddr()), request.getRemotePort()),
        address(text(request.localAddr()), request.getLocalPort()));
  }

  @SuppressWarnings("deprecation") // its successor is younger than Tomcat 10.1.0
  private static String method(Request request) {
    return text(request.method());
  }

  /** HTTP/2 has its authority in a pseudo-header, which Tomcat takes apart. */
  private static String authority(Request request) {
    String host = request.getMimeHeaders().getHeader("host");
    if (host != null) {
      return host;
    }
    String name = text(request.serverName());
    int port = request.getServerPort();
    return name.isEmpty() || port <= 0 ? name : name + ':' + port;
  }

  /**
   * The text as it came over the wire. Never {@code toString()}: in Tomcat 10.1.0 that changes the
   * type of the object, and a URI that is no longer bytes is neither decoded nor normalized.
   */
  private static String text(MessageBytes value) {
    if (value.isNull()) {
      return "";
    }
    if (value.getType() == MessageBytes.T_BYTES) {
      ByteChunk bytes = value.getByteChunk();
      return new String(
          bytes.getBytes(),
          bytes.getStart(),
          bytes.getEnd() - bytes.getStart(),
          StandardCharsets.ISO_8859_1);
    }
    return value.getType() == MessageBytes.T_STR ? value.getString() : value.toString();
  }

  /** Null unless the text is an address: a name is never looked up. */
  private static @Nullable InetSocketAddress address(String literal, int port) {
    if (literal.isEmpty() || port < 0 || port > 0xFFFF || !isLiteral(literal)) {
      return null;
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(literal), port);
    } catch (UnknownHostException e) {
      return null; // an IPv6 zone that this host does not have
    }
  }

  private static boolean isLiteral(String text) {
    boolean v6 = text.indexOf(':') >= 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (v6 ? c == '/' : c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }
}
