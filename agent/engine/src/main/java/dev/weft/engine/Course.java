package dev.weft.engine;

import dev.weft.engine.balance.Upstream;
import dev.weft.engine.routing.RequestHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only calls need that have a timeout, a failed try or a hash: kept apart, so that the others,
 * which are most, carry less.
 */
final class Course {

  private static final long NEVER = Long.MAX_VALUE;

  private final List<Upstream> tried = new ArrayList<>(2);
  private boolean hasDeadline;
  private long deadline;
  private boolean tryHasDeadline;
  private boolean tryEndsTheCall;
  private long tryDeadline;
  private boolean began;
  private int excluded; // priorities, as bits
  private int forgotten; // tries that say nothing of priorities any more
  private RequestHash.@Nullable Hash hash;

  /** The whole call must be over by then, or by what was said before if that is sooner. */
  void endBy(long nanos) {
    deadline = hasDeadline && deadline - nanos < 0 ? deadline : nanos;
    hasDeadline = true;
  }

  /**
   * A try begins.
   *
   * @param perTry its own timeout, or null
   * @return the sooner of that and what is left of the call's: null for none, negative when nothing
   *     is left
   */
  @Nullable Duration beginTry(long now, @Nullable Duration perTry) {
    long left = hasDeadline ? deadline - now : NEVER;
    long own = perTry == null || perTry.isZero() ? NEVER : perTry.toNanos();
    long timeout = Math.min(left, own);
    tryHasDeadline = timeout != NEVER;
    tryEndsTheCall = left <= own;
    tryDeadline = now + timeout;
    return tryHasDeadline ? Duration.ofNanos(timeout <= 0 ? -1 : timeout) : null;
  }

  /**
   * The response has begun: from here on only the call's own time counts, as in Envoy.
   *
   * @return how long the rest may take, zero for ever; null where nothing changes by that
   */
  @Nullable Duration beginResponse(long now) {
    if (!tryHasDeadline || tryEndsTheCall) {
      return null;
    }
    tryHasDeadline = hasDeadline;
    tryEndsTheCall = true;
    tryDeadline = deadline;
    return hasDeadline ? Duration.ofNanos(Math.max(1, deadline - now)) : Duration.ZERO;
  }

  /**
   * Whether the mesh's own timeout of the try has run out (rather than one of the library). Timers
   * are allowed to be a little early.
   */
  boolean isLate(long now) {
    return tryHasDeadline && now - tryDeadline >= -Engine.EARLY_NANOS;
  }

  /** Whether it was the try's own timeout that ran out, so that the call may still go on. */
  boolean isLateForTheTryOnly(long now) {
    return isLate(now) && !tryEndsTheCall;
  }

  /** What is left of the call: null for ever, at least a nanosecond. */
  @Nullable Duration left(long now) {
    return hasDeadline ? Duration.ofNanos(Math.max(1, deadline - now)) : null;
  }

  /** This long, or what is left of the call. */
  Duration atMost(Duration pause, long now) {
    return hasDeadline && deadline - now < pause.toNanos()
        ? Duration.ofNanos(Math.max(1, deadline - now))
        : pause;
  }

  /** An endpoint has failed. */
  void avoid(Upstream upstream) {
    tried.add(upstream);
  }

  /** Endpoints that have failed. */
  List<Upstream> tried() {
    return tried;
  }

  /**
   * The priorities that the next try keeps away from, as bits.
   *
   * @param every after how many tries those of all endpoints tried are added
   */
  int excludedPriorities(int every) {
    int count = tried.size() - forgotten;
    if (count > 0 && count % every == 0) {
      for (Upstream upstream : tried.subList(forgotten, tried.size())) {
        int priority = upstream.endpoint().priority();
        excluded |= priority < Integer.SIZE - 1 ? 1 << priority : 0;
      }
    }
    return excluded;
  }

  /** No other priority is left: begins anew with all of them. */
  void forgetPriorities() {
    excluded = 0;
    forgotten = tried.size();
  }

  /** Some byte of a try may have left. */
  void setBegan() {
    began = true;
  }

  boolean hasBegun() {
    return began;
  }

  /** By which a consistent load balancer picks, for all tries; null: not known, or none. */
  RequestHash.@Nullable Hash hash() {
    return hash;
  }

  void setHash(RequestHash.@Nullable Hash found) {
    hash = found;
  }

  /** What the response has to set besides. */
  List<String> setCookies() {
    return hash == null ? List.of() : hash.setCookies();
  }
}
