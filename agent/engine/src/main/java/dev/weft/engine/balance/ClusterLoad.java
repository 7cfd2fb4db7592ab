package dev.weft.engine.balance;

import dev.weft.engine.config.Limits;
import java.util.concurrent.atomic.AtomicInteger;

/** How much of a cluster's limits is used. It outlives configurations. */
public final class ClusterLoad {

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final ConnectionSlots connections = new ConnectionSlots();
  private volatile Limits limits = Limits.NONE;

  ClusterLoad() {}

  void setLimits(Limits next) {
    limits = next;
    connections.setLimits(next.connections(), next.pending());
  }

  /** Who may have a connection. */
  public ConnectionSlots connections() {
    return connections;
  }

  /** A request begins, unless there are as many as may be. */
  boolean begin() {
    return admit(requests, limits.requests());
  }

  /** A request is over; once for each that has begun. */
  void end() {
    requests.decrementAndGet();
  }

  /** A retry begins, unless there are as many as may be. */
  public boolean beginRetry() {
    Limits.Budget budget = limits.budget();
    long most =
        budget == null
            ? limits.retries()
            : Math.max(budget.minimum(), (long) (budget.percent() / 100 * requests.get()));
    return admit(retries, most);
  }

  /** A retry is over; once for each that has begun. */
  public void endRetry() {
    retries.decrementAndGet();
  }

  private static boolean admit(AtomicInteger used, long most) {
    if (used.incrementAndGet() <= most) {
      return true;
    }
    used.decrementAndGet();
    return false;
  }
}
