package dev.weft.control.ca;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Who was refused lately, and why: for people. */
public final class Refusals {

  private static final int KEPT = 50;

  private final InstantSource clock;
  private final Deque<Refusal> latest = new ArrayDeque<>();
  private final AtomicLong count = new AtomicLong();

  public Refusals(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * @param who the identity where that was proven, else the address, or a name that it gave
   * @param count how often the same was refused to him in a row
   */
  public record Refusal(Instant at, String who, String reason, int count) {}

  public synchronized void add(String who, String reason) {
    count.incrementAndGet();
    Refusal last = latest.peekLast();
    boolean again = last != null && last.reason.equals(reason) && host(last).equals(host(who));
    if (again) {
      latest.removeLast();
    }
    latest.addLast(
        new Refusal(clock.instant(), who, reason, again && last != null ? last.count + 1 : 1));
    if (latest.size() > KEPT) {
      latest.removeFirst();
    }
  }

  private static String host(Refusal refusal) {
    return host(refusal.who);
  }

  /** An address without its port. */
  private static String host(String who) {
    return who.replaceFirst(":[0-9]+$", "");
  }

  /** The latest last. */
  public synchronized List<Refusal> latest() {
    return new ArrayList<>(latest);
  }

  /** Since the start. */
  public long count() {
    return count.get();
  }
}
