package dev.weft.engine.balance;

import dev.weft.engine.config.OutlierDetection;
import dev.weft.engine.config.OutlierDetection.Threshold;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Ejects endpoints of one cluster that fail several times in a row, as Envoy's DetectorImpl does.
 * It has no timer: what an interval would have changed is made up for when somebody looks.
 */
final class OutlierDetector {

  private static final int ALL = 100;
  private static final int FIRST_FAILURE = 500;

  private static final int CONNECTED = 200;

  /** What a failure without a response counts as, where it is not counted apart. */
  static final int UNAVAILABLE = 503;

  /** Likewise, where time has run out. */
  static final int TIMEOUT = 504;

  private final OutlierDetection settings;
  private final List<Member> members;
  private final LongSupplier clock;
  private final RandomGenerator random;
  private final long interval;
  private volatile long due;
  private volatile boolean pending; // whether an interval can change anything
  private final AtomicInteger version = new AtomicInteger();

  OutlierDetector(
      OutlierDetection settings,
      Collection<Member> members,
      LongSupplier clock,
      RandomGenerator random,
      @Nullable OutlierDetector before) {
    this.settings = settings;
    this.members = List.copyOf(members);
    this.clock = clock;
    this.random = random;
    this.interval = settings.interval().toNanos();
    this.due =
        before != null && before.interval == interval ? before.due : clock.getAsLong() + interval;
    this.pending = before != null;
    members.forEach(member -> member.setDetector(this));
  }

  /** Changes whenever somebody is ejected or comes back. */
  int version() {
    if (pending && clock.getAsLong() - due >= 0) {
      tick();
    }
    return version.get();
  }

  /** A response came. */
  void responded(Member member, int status) {
    if (settings.split()) {
      Failing.clear(member.failing().local);
    }
    count(member, settings.status(status));
  }

  /** A connection came about that carries no requests. */
  void connected(Member member) {
    if (settings.split()) {
      Failing.clear(member.failing().local);
    } else {
      count(member, CONNECTED);
    }
  }

  private void count(Member member, int status) {
    Failing failing = member.failing();
    if (status < FIRST_FAILURE) {
      Failing.clear(failing.responses);
      Failing.clear(failing.gateway);
      return;
    }
    if (status >= 502 && status <= 504) {
      count(member, failing.gateway, settings.gateway());
    } else {
      Failing.clear(failing.gateway);
    }
    count(member, failing.responses, settings.responses());
  }

  /**
   * No response came.
   *
   * @param connected whether there was a connection
   * @param status that the failure counts as, where it is not counted apart
   */
  void failed(Member member, boolean connected, int status) {
    if (!settings.split()) {
      count(member, status);
      return;
    }
    if (connected) {
      Failing.clear(member.failing().local);
    }
    count(member, member.failing().local, settings.local());
  }

  private void count(Member member, AtomicInteger failures, Threshold threshold) {
    if (failures.incrementAndGet() == threshold.count()) {
      eject(member, threshold);
      failures.set(0);
    }
  }

  private synchronized void eject(Member member, Threshold threshold) {
    Failing failing = member.failing();
    if (failing.isEjected() || !members.contains(member) || !isAllowed()) {
      return;
    }
    if (threshold.enforcing() < ALL && random.nextInt(ALL) >= threshold.enforcing()) {
      return;
    }
    long now = clock.getAsLong();
    catchUp(now);
    long base = settings.ejection().base().toNanos();
    long most = settings.ejection().most().toNanos();
    long jitter = settings.ejection().jitter().toNanos();
    failing.eject(
        now, jitter == 0 ? 0 : random.nextLong(jitter + 1), failing.times() * base < most + base);
    pending = true;
    version.incrementAndGet();
  }

  private boolean isAllowed() {
    int ejected = ejected();
    return (settings.alwaysOne() && ejected == 0)
        || 100.0 * (ejected + 1) / members.size() <= settings.maxEjectionPercent();
  }

  private int ejected() {
    int ejected = 0;
    for (Member member : members) {
      ejected += member.failing().isEjected() ? 1 : 0;
    }
    return ejected;
  }

  // While nothing was pending, intervals passed without a trace.
  private void catchUp(long now) {
    if (!pending) {
      due = now + interval - Math.floorMod(now - due, interval);
    }
  }

  private synchronized void tick() {
    long now = clock.getAsLong();
    while (pending && now - due >= 0) {
      look(due);
      due += interval;
    }
  }

  private void look(long now) {
    boolean more = false;
    for (Member member : members) {
      Failing failing = member.failing();
      if (failing.isEjected() && failing.isOver(now, ejectionNanos(failing))) {
        failing.comeBack(now);
        version.incrementAndGet();
      }
      failing.serve(now, interval);
      more |= failing.isEjected() || failing.times() > 0;
    }
    pending = more;
  }

  private long ejectionNanos(Failing failing) {
    return Math.min(
        settings.ejection().base().toNanos() * failing.times(),
        settings.ejection().most().toNanos());
  }
}
