package dev.weft.runtime;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells, once and before it happens, that what waited for the mesh goes on without it. A process
 * that ends soon afterwards has said why nobody knows of it, too.
 */
final class Overdue {

  private final AtomicBoolean told = new AtomicBoolean();
  private final Log log;
  private final String line;

  /**
   * @param patience how long it was waited for, since the start
   */
  Overdue(Duration patience, Setting.FailMode mode, Log log) {
    this.log = log;
    String meanwhile =
        switch (mode) {
          case OPEN -> "connections and requests pass unmanaged (weft.fail.mode=open)";
          case CLOSED -> "connections and requests are refused (weft.fail.mode=closed)";
        };
    this.line =
        "no configuration came within "
            + patience.toMillis()
            + " ms (weft.start.timeout); until it does, "
            + meanwhile;
  }

  void tell() {
    if (told.compareAndSet(false, true)) {
      log.warn(line);
    }
  }
}
