package dev.weft.engine.balance;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one address of a cluster. It outlives every new configuration that still has the
 * address.
 */
final class Member {

  private final AtomicInteger active = new AtomicInteger();
  private final Failing failing = new Failing();
  private volatile @Nullable OutlierDetector detector;
  private volatile boolean warm;
  private volatile long warmSince;

  AtomicInteger active() {
    return active;
  }

  Failing failing() {
    return failing;
  }

  /** Who judges it; null: nobody. */
  @Nullable OutlierDetector detector() {
    return detector;
  }

  void setDetector(OutlierDetector next) {
    detector = next;
  }

  /** Nobody judges it any more. */
  void forgive() {
    detector = null;
    failing.forgive();
  }

  /** It may serve: from its first time on it warms up. */
  void available(long now) {
    if (!warm) {
      warmSince = now;
      warm = true;
    }
  }

  /** When it could first serve. */
  long availableSince() {
    return warmSince;
  }
}
