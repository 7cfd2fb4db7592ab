package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.Step;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Marks the client's copy of a try's request, in a field that it uses for proxies' tunnels only.
 * What the client connects to, and pools by, is {@link #address}.
 */
final class Pinned extends InetSocketAddress {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialized; its supertype happens to be serializable
  private final @Nullable InetSocketAddress to;

  private final @Nullable String server;

  private Pinned(int port, @Nullable InetSocketAddress to, @Nullable String server) {
    super(port);
    this.to = to;
    this.server = server;
  }

  /** Where the engine sends a request. */
  static Pinned of(Step.Send send, HttpRequest request) {
    URI asked = request.uri();
    InetSocketAddress to = send.address();
    if (!asked.getScheme().equalsIgnoreCase("https")) {
      return new Pinned(to.getPort(), to, null);
    }
    boolean same =
        send.server() == null
            && send.authority().equals(JavaHttpClientCalls.authority(request))
            && to.isUnresolved()
            && to.getHostString().equalsIgnoreCase(asked.getHost())
            && to.getPort() == (asked.getPort() < 0 ? 443 : asked.getPort());
    return same
        ? new Pinned(to.getPort(), null, null)
        : new Pinned(to.getPort(), to, send.server() == null ? asked.getHost() : send.server());
  }

  /**
   * Whether the client goes where it would go without the mesh, through its proxy if it has one.
   */
  boolean isFree() {
    return to == null;
  }

  /**
   * Resolved now, where the client would resolve, if the engine gave a name; null: the client's
   * own. Its name is whom the client's TLS asks for.
   */
  @Nullable InetSocketAddress address() {
    if (to == null) {
      return null;
    }
    InetSocketAddress resolved =
        to.isUnresolved() ? new InetSocketAddress(to.getHostString(), to.getPort()) : to;
    if (server == null || resolved.isUnresolved()) {
      return resolved;
    }
    try {
      return new Secured(server, resolved, pool(to));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  /** What HTTP/2 connections are pooled by besides the name; empty: nothing. */
  String pool() {
    return to == null || server == null ? "" : pool(to);
  }

  private static String pool(InetSocketAddress to) {
    return ";" + (to.isUnresolved() ? to.getHostString() : to.getAddress().getHostAddress());
  }

  @Override
  public String toString() {
    return String.valueOf(to);
  }
}
