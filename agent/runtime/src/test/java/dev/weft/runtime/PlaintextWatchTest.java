package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.wire.PlaintextReport;
import dev.weft.xds.PlaintextCallers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlaintextWatchTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration WINDOW = Duration.ofMinutes(60);

  private final List<PlaintextCallers> told = new ArrayList<>();
  private final List<Runnable> due = new ArrayList<>();
  private long now;
  private boolean broken;
  private PlaintextReport report = new PlaintextReport(0, List.of(), 0);
  private final PlaintextWatch watch =
      new PlaintextWatch(
          this::report,
          WINDOW,
          (delay, task) -> {
            due.add(task);
            return () -> {};
          },
          new PlaintextWatch.Clocks(() -> now, () -> BEGIN.plusNanos(now)));

  private PlaintextReport report(Duration window) {
    assertThat(window).isEqualTo(WINDOW);
    if (broken) {
      throw new IllegalStateException("broken");
    }
    return report;
  }

  private PlaintextReport.Caller caller(String address, long connections) {
    try {
      return new PlaintextReport.Caller(
          8080, InetAddress.getByName(address), false, connections, 0, now);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private void callers(PlaintextReport.Caller... all) {
    report = new PlaintextReport(0, List.of(all), 0);
  }

  /** Lets this time pass, look by look. */
  private void pass(Duration time) {
    for (Duration gone = Duration.ZERO;
        gone.compareTo(time) < 0;
        gone = gone.plus(PlaintextWatch.SOON)) {
      now += PlaintextWatch.SOON.toNanos();
      look();
    }
  }

  private void look() {
    assertThat(due).hasSize(1);
    due.remove(0).run();
  }

  @BeforeEach
  void start() {
    watch.start(told::add);
    assertThat(told).isEmpty(); // on the timer's thread
    look();
  }

  @Test
  void nobodyIsToldOnce() {
    pass(Duration.ofMinutes(10));
    assertThat(told).containsExactly(new PlaintextCallers(BEGIN, List.of(), 0));
  }

  @Test
  void whoIsNewIsToldSoonAndCountsLater() {
    callers(caller("10.0.0.7", 1));
    pass(PlaintextWatch.SOON);
    assertThat(told).hasSize(2);
    for (int i = 2; i <= 10; i++) {
      callers(caller("10.0.0.7", i));
      pass(PlaintextWatch.SOON);
    }
    assertThat(told).hasSize(5); // every third look
    callers(caller("10.0.0.7", 10), caller("10.0.0.8", 1));
    pass(PlaintextWatch.SOON);
    assertThat(told).hasSize(6);
  }

  @Test
  void whoIsNoLongerThereIsToldAsWell() {
    callers(caller("10.0.0.7", 1));
    pass(PlaintextWatch.SOON);
    callers();
    pass(PlaintextWatch.LATER);
    assertThat(told.get(told.size() - 1).callers()).isEmpty();
  }

  @Test
  void timesAreThoseOfTheWall() throws Exception {
    now = Duration.ofMinutes(5).toNanos();
    PlaintextReport.Caller caller =
        new PlaintextReport.Caller(
            8443, InetAddress.getByName("fe80::1%0"), true, 7, 2, Duration.ofMinutes(4).toNanos());
    report = new PlaintextReport(Duration.ofMinutes(3).toNanos(), List.of(caller), 9);
    assertThat(watch.callers())
        .isEqualTo(
            new PlaintextCallers(
                BEGIN.plus(Duration.ofMinutes(3)),
                List.of(
                    new PlaintextCallers.Caller(
                        "fe80:0:0:0:0:0:0:1", 8443, true, 7, 2, BEGIN.plus(Duration.ofMinutes(4)))),
                9));
  }

  @Test
  void itsOwnFailureIsNobodysConcernAndPasses() {
    broken = true;
    pass(PlaintextWatch.LATER);
    broken = false;
    callers(caller("10.0.0.7", 1));
    pass(PlaintextWatch.SOON);
    assertThat(told).hasSize(2);
  }
}
