package dev.weft.testapps.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A load, and how to put it on a port.
 *
 * @param connections as many threads send
 * @param rate requests a second over all connections; 0: as fast as answers come
 */
public record Load(int connections, int rate) {

  private static final Duration OVERRUN = Duration.ofSeconds(10);

  /**
   * Sends for so long and waits for the last answers. At a rate, latency counts from the moment at
   * which a request was due, so that a stall is felt by all that were due in it.
   */
  public Measured run(int port, String path, Duration duration) throws InterruptedException {
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    List<Sender> senders = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Sender sender = new Sender(new Connection(port, path), start, end, i);
      sender.start();
      senders.add(sender);
    }
    Measured measured = new Measured();
    for (Sender sender : senders) {
      sender.join();
      measured.add(sender.measured);
    }
    measured.took(Duration.ofNanos(System.nanoTime() - start));
    return measured;
  }

  @Override
  public String toString() {
    return rate == 0 ? "saturation" : rate + " rps";
  }

  private final class Sender extends Thread {
    private final Connection connection;
    private final long start;
    private final long end;
    private final int number;
    private final Measured measured = new Measured();

    Sender(Connection connection, long start, long end, int number) {
      super("load-" + number);
      setDaemon(true);
      this.connection = connection;
      this.start = start;
      this.end = end;
      this.number = number;
    }

    @Override
    public void run() {
      try (connection) {
        if (rate == 0) {
          sendUntilEnd();
        } else {
          sendWhatIsDue();
        }
      } catch (IOException e) {
        measured.failed("closing: " + e);
      }
    }

    private void sendUntilEnd() {
      for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
        exchange(now);
      }
    }

    /** What was due before the end is sent even if it is late by then: it is the slowest. */
    private void sendWhatIsDue() {
      long n = 0;
      for (long due = due(n); due < end; due = due(++n)) {
        awaitDue(due);
        if (System.nanoTime() > end + OVERRUN.toNanos()) {
          measured.failed("overloaded: not sent " + OVERRUN + " after the end");
        } else {
          exchange(due);
        }
      }
    }

    /** The connections take turns. */
    private long due(long n) {
      return start + (n * connections + number) * TimeUnit.SECONDS.toNanos(1) / rate;
    }

    private static void awaitDue(long due) {
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }

    private void exchange(long due) {
      try {
        int status = connection.exchange();
        if (status == 200) {
          measured.answered(System.nanoTime() - due);
        } else {
          measured.failed("status " + status);
        }
      } catch (IOException e) {
        measured.failed(e.toString());
      }
    }
  }
}
