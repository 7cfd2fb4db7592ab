package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Wire;
import java.net.InetSocketAddress;

/** Stub until next step. */
final class SelfTestWire implements Wire {
  boolean isFor(InetSocketAddress address) {
    return false;
  }

  @Override
  public Plan connecting(InetSocketAddress remote) {
    return new Plan.Plain();
  }

  @Override
  public boolean guards(InetSocketAddress local) {
    return true;
  }

  @Override
  public Plan accepted(InetSocketAddress local, InetSocketAddress remote, Hello hello) {
    return new Plan.Plain();
  }

  @Override
  public void opened(Connection connection) {}

  @Override
  public void closed(Connection connection) {}

  @Override
  public void refused(InetSocketAddress local, InetSocketAddress remote, String reason) {}
}
