package dev.weft.engine.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.balance.ConnectionSlots.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;

/** Slots are neither lost nor doubled, whoever asks, waits and gives up at the same time. */
class ConnectionSlotsTest {

  private static final int THREADS = 4;
  private static final int MOST = 2;

  private final ConnectionSlots slots = new ConnectionSlots();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger mostHeld = new AtomicInteger();

  @RepeatedTest(200)
  void noneIsLostOrDoubled() throws Exception {
    slots.setLimits(MOST, THREADS);
    long seed = System.nanoTime();
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> plays = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(seed + i);
        plays.add(
            threads.submit(
                () -> {
                  go.await();
                  for (int turn = 0; turn < 50; turn++) {
                    play(random);
                  }
                  return null;
                }));
      }
      go.countDown();
      for (Future<?> play : plays) {
        play.get(10, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(mostHeld.get()).as("seed %d", seed).isBetween(1, MOST);
    List<Slot> all = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      all.add(slots.ask());
    }
    assertThat(all).as("seed %d", seed).allMatch(Slot::isGranted);
    assertThat(slots.ask()).as("seed %d", seed).matches(slot -> !slot.isGranted());
  }

  private void play(Random random) throws Exception {
    Slot slot = slots.ask();
    if (slot == null) {
      throw new AssertionError("there is a place for each thread");
    }
    if (random.nextInt(4) == 0) {
      slot.end(); // granted or not
    } else {
      slot.granted().toCompletableFuture().get(10, TimeUnit.SECONDS);
      mostHeld.accumulateAndGet(held.incrementAndGet(), Math::max);
      held.decrementAndGet();
      slot.end();
    }
    slot.end(); // once more changes nothing
  }
}
