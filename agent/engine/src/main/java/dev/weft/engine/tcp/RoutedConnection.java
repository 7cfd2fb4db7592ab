package dev.weft.engine.tcp;

import dev.weft.engine.balance.ConnectionSlots.Slot;
import dev.weft.engine.balance.Upstream;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Service;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One connection that was sent somewhere: it uses up something of its cluster until it is over. */
public final class RoutedConnection {

  private final Cluster cluster;
  private final InetSocketAddress address;
  private final @Nullable Upstream upstream;
  private final Slot slot;

  /**
   * @param upstream null: the application has chosen the address itself
   */
  RoutedConnection(
      Cluster cluster, InetSocketAddress address, @Nullable Upstream upstream, Slot slot) {
    this.cluster = cluster;
    this.address = address;
    this.upstream = upstream;
    this.slot = slot;
    if (upstream != null) {
      upstream.connecting();
    }
  }

  /** Where it goes; unresolved where the endpoint is a name. */
  public InetSocketAddress address() {
    return address;
  }

  public Service destination() {
    return cluster.destination();
  }

  public Duration connectTimeout() {
    return cluster.policy().connectTimeout();
  }

  /** Bytes flow. */
  public void opened() {
    if (upstream != null) {
      upstream.connected();
    }
  }

  /** The other end was not there, or not who it must be. */
  public void failed() {
    if (upstream != null) {
      upstream.failed(false);
    }
  }

  /** Gives back what it used; once. */
  public void over() {
    slot.end();
    if (upstream != null) {
      upstream.disconnected();
    }
  }
}
