package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
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

  /** Nobody's: of the loopback network, and no port for applications. */
  static final InetSocketAddress DECOY = decoy();

  private static final Passage NO_PASSAGE =
      new Passage() {
        @Override
        public Duration connectTimeout() {
          return Duration.ofMinutes(1);
        }

        @Override
        public void over(boolean reached) {
          // Nothing depends on it.
        }
      };

  private final Set<InetSocketAddress> servers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private volatile @Nullable String refusal;
  private volatile @Nullable InetSocketAddress redirected;

  private static InetSocketAddress decoy() {
    try {
      byte[] address = {127, (byte) 255, (byte) 255, (byte) 254};
      return new InetSocketAddress(InetAddress.getByAddress(address), 1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // four bytes always are an address
    }
  }

  void serves(InetSocketAddress server) {
    servers.add(server);
  }

  /** Connections to the decoy are to be sent to the server. */
  void redirects(InetSocketAddress server) {
    redirected = server;
  }

  boolean isFor(InetSocketAddress address) {
    return servers.contains(address) || (redirected != null && address.equals(DECOY));
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
    Plan plan = new Plan.Tls(new SelfTestEngine(/* client= */ true), NOBODY);
    InetSocketAddress target = redirected;
    return target != null && remote.equals(DECOY)
        ? new Plan.Routed(target, plan, NO_PASSAGE)
        : plan;
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
