package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Wire;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Answers for the self-test's own connections, and for no others. */
final class SelfTestWire implements Wire {

  private static final Verifier NOBODY =
      new Verifier() {
        @Override
        public String verify(@Nullable SSLSession session) {
          return "self-test";
        }
      };

  private final Set<InetSocketAddress> servers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private volatile @Nullable String refusal;

  void serves(InetSocketAddress server) {
    servers.add(server);
  }

  boolean isFor(InetSocketAddress server) {
    return servers.contains(server);
  }

  int opened() {
    return opened.get();
  }

  int closed() {
    return closed.get();
  }

  /** Why a connection was given up; null: none was. */
  @Nullable String refusal() {
    return refusal;
  }

  @Override
  public Plan connecting(InetSocketAddress remote) {
    return new Plan.Tls(new SelfTestEngine(/* client= */ true), NOBODY);
  }

  @Override
  public boolean guards(InetSocketAddress local) {
    return true;
  }

  @Override
  public Plan accepted(InetSocketAddress local, InetSocketAddress remote, Hello hello) {
    return hello.protocols().contains("weft")
        ? new Plan.Tls(new SelfTestEngine(/* client= */ false), NOBODY)
        : new Plan.Refuse("a hook let the client's " + hello.kind() + " pass");
  }

  @Override
  public void opened(Connection connection) {
    opened.incrementAndGet();
  }

  @Override
  public void closed(Connection connection) {
    closed.incrementAndGet();
  }

  @Override
  public void refused(InetSocketAddress local, InetSocketAddress remote, String reason) {
    refusal = reason;
  }
}
