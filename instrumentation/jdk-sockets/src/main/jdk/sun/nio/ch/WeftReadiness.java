package sun.nio.ch;

import dev.weft.instrumentation.jdksockets.Readiness;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Who may wait for one connection: selection keys, or the port of an asynchronous channel. */
@NullMarked
final class WeftReadiness implements Readiness {

  private static final SelectionKeyImpl[] NONE = {};

  private final int number;
  private volatile SelectionKeyImpl[] keys = NONE;
  private volatile @Nullable EPollPort port;
  private volatile boolean there;

  WeftReadiness(int number) {
    this.number = number;
  }

  boolean isThere() {
    return there;
  }

  synchronized void add(SelectionKeyImpl key) {
    SelectionKeyImpl[] valid = new SelectionKeyImpl[keys.length + 1];
    int count = 0;
    for (SelectionKeyImpl other : keys) {
      if (other != key && other.isValid()) {
        valid[count++] = other;
      }
    }
    valid[count++] = key;
    keys = Arrays.copyOf(valid, count);
  }

  /** The key through which this selector waits for bytes; null: it does not. */
  @Nullable SelectionKeyImpl waitingIn(SelectorImpl selector) {
    for (SelectionKeyImpl key : keys) {
      if (key.selector() == selector && waits(key)) {
        return key;
      }
    }
    return null;
  }

  private static boolean waits(SelectionKeyImpl key) {
    return key.isValid() && (key.nioInterestOps() & SelectionKey.OP_READ) != 0;
  }

  /** An asynchronous channel waits for the kernel. */
  void waitsAt(EPollPort at) {
    port = at;
  }

  @Override
  public void leftover(boolean now) {
    there = now;
    if (!now) {
      WeftSelection.remove(this);
      return;
    }
    WeftSelection.add(this);
    for (SelectionKeyImpl key : keys) {
      if (waits(key) && WeftSelection.isSelecting(key.selector())) {
        key.selector().wakeup();
      }
    }
    EPollPort asynchronous = port;
    if (asynchronous != null) {
      asynchronous.startPoll(number, Net.POLLIN | Net.POLLOUT); // the latter happens at once
    }
  }
}
