package dev.weft.control.source.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A registration and how long it holds. Guarded by its registry. */
final class Lease {

  private Registration registration;
  private @Nullable Session session;
  private final Instant since;
  private long ends;
  private long endsEarly;
  private boolean counted;

  /**
   * @param ends in nanoseconds of the registry's clock
   */
  Lease(Registration registration, @Nullable Session session, Instant since, long ends) {
    this.registration = registration;
    this.session = session;
    this.since = since;
    this.ends = ends;
    this.endsEarly = ends;
  }

  Registration registration() {
    return registration;
  }

  void update(Registration changed) {
    registration = changed;
  }

  Instant since() {
    return since;
  }

  @Nullable Session session() {
    return session;
  }

  boolean hasIdentity() {
    return registration.principal() != null;
  }

  boolean isConnected() {
    return session != null;
  }

  boolean belongsTo(Session other) {
    return session == other;
  }

  void renew(long newEnd) {
    ends = newEnd;
    endsEarly = newEnd;
  }

  /** The stream is gone; the lease runs on, and may end early if few others are gone as well. */
  void disconnected(long newEnd, long early) {
    session = null;
    ends = newEnd;
    endsEarly = early;
  }

  /** Whether its workload was in the last snapshot. */
  boolean isCounted() {
    return counted;
  }

  void count(boolean yes) {
    counted = yes;
  }

  boolean hasEnded(long now) {
    return now - ends >= 0;
  }

  boolean mayEndEarly(long now) {
    return now - endsEarly >= 0;
  }
}
