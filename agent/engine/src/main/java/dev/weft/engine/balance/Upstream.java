package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster.Endpoint;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One endpoint of a cluster and how many requests it is serving for us now. The count belongs to
 * the address: it outlives every new configuration that still has the endpoint.
 */
public final class Upstream {

  private final Endpoint endpoint;
  private final AtomicInteger active;

  Upstream(Endpoint endpoint, AtomicInteger active) {
    this.endpoint = endpoint;
    this.active = active;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** A request begins. */
  public void begin() {
    active.incrementAndGet();
  }

  /** A request is over; once for each {@link #begin}. */
  public void end() {
    active.decrementAndGet();
  }

  /** Requests in flight. */
  public int active() {
    return active.get();
  }

  AtomicInteger counter() {
    return active;
  }

  /** Whether this is the same endpoint, maybe of another configuration. */
  boolean isSame(Upstream other) {
    return active == other.active;
  }
}
