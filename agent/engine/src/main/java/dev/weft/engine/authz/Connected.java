package dev.weft.engine.authz;

import dev.weft.bridge.Peer;
import dev.weft.engine.config.SpiffeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection that has arrived, as policies see it; of a request on it, more is known. */
public sealed class Connected permits Arrived {

  private final Peer peer;
  private final @Nullable String principal;
  private final String serverName;

  /**
   * @param principal who the connection has proved to be at its other end; null: nobody
   * @param serverName that its TLS hello asked for; null: none
   */
  public Connected(Peer peer, @Nullable SpiffeId principal, @Nullable String serverName) {
    this.peer = peer;
    this.principal = principal == null ? null : principal.toString();
    this.serverName = serverName == null ? "" : serverName;
  }

  final @Nullable String principal() {
    return principal;
  }

  /** Empty: it asked for none. */
  final String serverName() {
    return serverName;
  }

  final @Nullable InetSocketAddress local() {
    return peer.local();
  }

  /** The connection's other end; null: not known. */
  final @Nullable InetAddress direct() {
    InetSocketAddress remote = peer.remote();
    return remote == null ? null : remote.getAddress();
  }

  /** Who is behind it, as far as anybody says so; null: not known. */
  @Nullable InetAddress remote() {
    return direct();
  }
}
