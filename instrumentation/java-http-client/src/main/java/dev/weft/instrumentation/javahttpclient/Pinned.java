package dev.weft.instrumentation.javahttpclient;

import java.net.InetSocketAddress;

/**
 * Marks the client's copy of a request whose address the engine chose, in a field that it uses for
 * proxies' tunnels only. What the client connects to, and pools by, is {@link #address}.
 */
final class Pinned extends InetSocketAddress {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialized; its supertype happens to be serializable
  private final InetSocketAddress to;

  Pinned(InetSocketAddress to) {
    super(to.getPort());
    this.to = to;
  }

  /** Resolved now, where the client would resolve, if the engine gave a name. */
  InetSocketAddress address() {
    return to.isUnresolved() ? new InetSocketAddress(to.getHostString(), to.getPort()) : to;
  }

  @Override
  public String toString() {
    return to.toString();
  }
}
