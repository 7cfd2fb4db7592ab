package dev.weft.telemetry.spans;

import dev.weft.bridge.Guard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Spans on their way to the collector: offered by the application's threads, which never wait, and
 * sent in batches by one thread of the agent. What does not fit, or cannot be sent, is counted.
 */
public final class SpanQueue {

  private static final int CAPACITY = 2048;
  private static final int BATCH = 512;
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ArrayBlockingQueue<Span> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final OtlpEncoder encoder;
  private final OtlpSender sender;
  private final Consumer<String> log;
  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean stopping;
  private @Nullable Thread thread;
  private boolean complained; // only the thread's

  /**
   * @param log is told, once, why spans cannot be sent
   */
  public SpanQueue(OtlpSettings settings, Consumer<String> log) {
    this.encoder = new OtlpEncoder(settings.resource());
    this.sender = new OtlpSender(settings);
    this.log = log;
  }

  /** Starts the thread. */
  public synchronized void start() {
    if (thread == null) {
      thread = new Thread(this::run, "weft-spans");
      thread.setDaemon(true);
      thread.start();
    }
  }

  void offer(Span span) {
    if (stopping || !queue.offer(span)) {
      dropped.increment();
    }
  }

  /** Sends what is left, at most this long. */
  public synchronized void stop(Duration patience) {
    stopping = true;
    if (thread == null) {
      return;
    }
    thread.interrupt(); // out of its pause
    try {
      over.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Spans that a collector took. */
  public long sent() {
    return sent.sum();
  }

  /** Spans that were given up. */
  public long dropped() {
    return dropped.sum();
  }

  private void run() {
    Guard.enter(Guard.AGENT); // for good: nothing this thread does is woven
    List<Span> batch = new ArrayList<>(BATCH);
    while (!stopping || !queue.isEmpty()) {
      pause(PAUSE);
      while (queue.drainTo(batch, BATCH) > 0) {
        send(batch);
        batch.clear();
      }
    }
    over.countDown();
  }

  private void pause(Duration duration) {
    try {
      if (!stopping) {
        Thread.sleep(duration.toMillis());
      }
    } catch (InterruptedException e) {
      // Asked to stop: what is left is sent now.
      return;
    }
  }

  private void send(List<Span> batch) {
    byte[] request = encoder.encode(batch);
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      OtlpSender.Result result = attempt(request);
      if (result == OtlpSender.Result.SENT) {
        sent.add(batch.size());
        return;
      }
      if (result == OtlpSender.Result.REFUSED || stopping) {
        break;
      }
      pause(PAUSE.multipliedBy(1L << attempt)); // one thread, one collector: no jitter needed
    }
    dropped.add(batch.size());
  }

  private OtlpSender.Result attempt(byte[] request) {
    try {
      OtlpSender.Result result = sender.send(request);
      if (result != OtlpSender.Result.SENT) {
        complain("the collector answered that it does not take them");
      }
      return result;
    } catch (IOException | RuntimeException e) {
      complain(e.toString());
      return OtlpSender.Result.LATER;
    }
  }

  private void complain(String why) {
    if (!complained) {
      complained = true;
      log.accept("spans cannot be sent: " + why + " (said once; weft_spans_dropped_total counts)");
    }
  }
}
