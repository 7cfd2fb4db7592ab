package dev.weft.engine.balance;

import dev.weft.engine.config.Limits;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How much of a cluster's limits is used. It outlives configurations. */
public final class ClusterLoad {

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final ConnectionSlots connections = new ConnectionSlots();
  private final LongSupplier clock;
  private volatile Limits limits = Limits.NONE;
  private volatile @Nullable RecentRequests recent; // null: nobody wants to know

  ClusterLoad(LongSupplier clock) {
    this.clock = clock;
  }

  void setLimits(Limits next) {
    recent = recent(next.budget());
    limits = next;
    connections.setLimits(next.connections(), next.pending());
  }

  private @Nullable RecentRequests recent(Limits.@Nullable Budget budget) {
    if (budget == null || budget.interval().isZero()) {
      return null;
    }
    RecentRequests known = recent;
    return known != null && known.isOf(budget.interval())
        ? known
        : new RecentRequests(budget.interval(), clock.getAsLong());
  }

  /** Who may have a connection. */
  public ConnectionSlots connections() {
    return connections;
  }

  /** A request begins, unless there are as many as may be. */
  boolean begin() {
    if (!admit(requests, limits.requests())) {
      return false;
    }
    RecentRequests counted = recent;
    if (counted != null) {
      counted.began(clock.getAsLong());
    }
    return true;
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
            : Math.max(budget.minimum(), (long) (budget.percent() / 100 * counted()));
    return admit(retries, most);
  }

  private long counted() {
    RecentRequests counted = recent;
    return counted == null ? requests.get() : counted.count(clock.getAsLong());
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
