package dev.weft.control.cli;

import java.util.concurrent.CountDownLatch;

/** Commands that last until somebody stops them. */
final class Lasting {

  /** The JVM is exiting already, with the signal's code. */
  static final int STOPPED_BY_SIGNAL = -1;

  private Lasting() {}

  /**
   * Waits for the signal.
   *
   * @param stop what is done then, before the process ends
   * @return the exit code
   */
  static int untilStopped(Runnable stop) throws InterruptedException {
    CountDownLatch stopped = stopping(stop);
    stopped.await();
    return STOPPED_BY_SIGNAL;
  }

  /** The same, for a command that has something to do until then. */
  static CountDownLatch stopping(Runnable stop) {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop.run();
                  stopped.countDown();
                },
                "weft-stop"));
    return stopped;
  }
}
