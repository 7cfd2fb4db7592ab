package sun.nio.ch;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Makes selectors find connections whose bytes are in memory, where the kernel has none. */
@NullMarked
final class WeftSelection {

  private static final Set<WeftReadiness> LEFTOVERS = ConcurrentHashMap.newKeySet();
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Set<Selector> SELECTING = ConcurrentHashMap.newKeySet();

  /** Whether there ever was a guarded connection: without, selectors do what they always did. */
  private static volatile boolean used;

  private WeftSelection() {}

  static void use() {
    if (!used) {
      used = true;
    }
  }

  static void add(WeftReadiness readiness) {
    if (LEFTOVERS.add(readiness)) {
      COUNT.incrementAndGet();
    }
  }

  static void remove(WeftReadiness readiness) {
    if (LEFTOVERS.remove(readiness)) {
      COUNT.decrementAndGet();
    }
  }

  static boolean isSelecting(Selector selector) {
    return SELECTING.contains(selector);
  }

  /** Before a selection; returns its timeout, in milliseconds. */
  static long enter(SelectorImpl selector, long timeout) {
    if (!used || timeout == 0) {
      return timeout;
    }
    SELECTING.add(selector); // first: whoever adds leftovers from now on wakes it up
    if (COUNT.get() != 0) {
      for (WeftReadiness readiness : LEFTOVERS) {
        if (readiness.waitingIn(selector) != null) {
          return 0;
        }
      }
    }
    return timeout;
  }

  /** After a selection; returns how many keys it found. */
  static int exit(SelectorImpl selector, @Nullable Consumer<SelectionKey> action, int found) {
    if (!used) {
      return found;
    }
    SELECTING.remove(selector);
    int all = found;
    if (COUNT.get() != 0) {
      for (WeftReadiness readiness : LEFTOVERS) {
        SelectionKeyImpl key = readiness.waitingIn(selector);
        if (key != null) {
          all += selector.processReadyEvents(Net.POLLIN, key, action);
        }
      }
    }
    return all;
  }
}
