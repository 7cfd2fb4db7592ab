package dev.weft.engine.wire;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** A connection that only remembers. */
final class FakeConnection implements Connection {

  final boolean outbound;
  final InetSocketAddress local;
  final InetSocketAddress remote;
  final @Nullable String principal;
  long sent;
  long received;
  @Nullable String refusal;
  boolean retired;
  @Nullable Hello hello;
  Wire.@Nullable Passage passage;

  private FakeConnection(
      boolean outbound,
      InetSocketAddress local,
      InetSocketAddress remote,
      @Nullable String principal) {
    this.outbound = outbound;
    this.local = local;
    this.remote = remote;
    this.principal = principal;
  }

  static InetSocketAddress address(int last, int port) {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last}), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static FakeConnection inbound(int port, int clientPort, @Nullable String principal) {
    return new FakeConnection(false, address(1, port), address(2, clientPort), principal);
  }

  static FakeConnection inbound(int port, InetSocketAddress remote) {
    return new FakeConnection(false, address(1, port), remote, null);
  }

  static FakeConnection outbound(InetSocketAddress remote, @Nullable String principal) {
    return new FakeConnection(true, address(1, 40_000), remote, principal);
  }

  @Override
  public boolean outbound() {
    return outbound;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public @Nullable String principal() {
    return principal;
  }

  @Override
  public Wire.@Nullable Passage passage() {
    return passage;
  }

  FakeConnection saying(Hello first) {
    hello = first;
    return this;
  }

  @Override
  public @Nullable Hello hello() {
    return hello;
  }

  @Override
  public long bytesSent() {
    return sent;
  }

  @Override
  public long bytesReceived() {
    return received;
  }

  @Override
  public void retire() {
    retired = true;
  }

  @Override
  public void refuse(String reason) {
    refusal = reason;
  }
}
