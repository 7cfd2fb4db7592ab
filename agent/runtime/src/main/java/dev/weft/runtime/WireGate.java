package dev.weft.runtime;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.KeepAlive;
import dev.weft.bridge.Wire;
import dev.weft.engine.wire.MeshWire;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the socket layer asks, from before it is woven. As long as it is not known who is where,
 * whoever connects waits, on its own thread and bounded: else the first connections of an
 * application would be plaintext. Nobody else waits: what arrives meanwhile is decided by what is
 * known.
 */
final class WireGate implements Wire {

  private final MeshWire wire;
  private final Unmeshed unmeshed;
  private final long deadline;
  private final Overdue overdue;
  private final CountDownLatch opened = new CountDownLatch(1);

  /**
   * @param patience how long connections wait, counted from now
   */
  WireGate(MeshWire wire, Unmeshed unmeshed, Duration patience, Overdue overdue) {
    this.wire = wire;
    this.unmeshed = unmeshed;
    this.deadline = System.nanoTime() + patience.toNanos();
    this.overdue = overdue;
  }

  /** Enough is known, or never will be: nobody waits any more. */
  void open() {
    opened.countDown();
  }

  @Override
  public Plan connecting(InetSocketAddress remote) {
    if (opened.getCount() > 0) {
      try {
        if (!opened.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          overdue.tell();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    Plan plan = wire.connecting(remote);
    unmeshed.connecting(remote, plan, wire::standing);
    return plan;
  }

  @Override
  public void listening(InetSocketAddress local) {
    unmeshed.listening(local);
  }

  @Override
  public void listeningEnded(InetSocketAddress local) {
    unmeshed.listeningEnded(local);
  }

  @Override
  public @Nullable KeepAlive keepAlive(InetSocketAddress remote) {
    return wire.keepAlive(remote);
  }

  @Override
  public boolean guards(InetSocketAddress local) {
    return wire.guards(local);
  }

  @Override
  public boolean serverFirst(InetSocketAddress local) {
    return wire.serverFirst(local);
  }

  @Override
  public Plan accepted(InetSocketAddress local, InetSocketAddress remote, Hello hello) {
    return wire.accepted(local, remote, hello);
  }

  @Override
  public void opened(Connection connection) {
    wire.opened(connection);
  }

  @Override
  public void closed(Connection connection) {
    wire.closed(connection);
  }

  @Override
  public void refused(InetSocketAddress local, InetSocketAddress remote, String reason) {
    wire.refused(local, remote, reason);
  }
}
