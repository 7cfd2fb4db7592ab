package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;

/**
 * One endpoint of a cluster and how many requests it is serving for us now. The count belongs to
 * the address: it outlives every new configuration that still has the endpoint.
 */
public final class Upstream {

  private final Endpoint endpoint;
  private final Member member;

  Upstream(Endpoint endpoint, Member member) {
    this.endpoint = endpoint;
    this.member = member;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** A request begins. */
  public void begin() {
    member.active().incrementAndGet();
  }

  /** A request is over; once for each {@link #begin}. */
  public void end() {
    member.active().decrementAndGet();
  }

  /** Requests in flight. */
  public int active() {
    return member.active().get();
  }

  boolean isHealthy() {
    return endpoint.health() == Health.HEALTHY;
  }

  /** Whether this is the same endpoint, maybe of another configuration. */
  boolean isSame(Upstream other) {
    return member == other.member;
  }
}
