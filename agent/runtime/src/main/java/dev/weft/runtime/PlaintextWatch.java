package dev.weft.runtime;

import dev.weft.bridge.Weft;
import dev.weft.engine.Scheduler;
import dev.weft.engine.wire.MeshWire;
import dev.weft.engine.wire.PlaintextReport;
import dev.weft.xds.PlaintextCallers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells who calls in plaintext, for the sake of whoever wants to demand mutual TLS: within {@link
 * #SOON} of who is new, and at most every {@link #LATER} of anything else.
 *
 * <p>It only tells: whatever fails here fails nothing else.
 */
final class PlaintextWatch {

  static final Duration SOON = Duration.ofSeconds(5);
  static final Duration LATER = Duration.ofSeconds(15);

  private final Function<Duration, PlaintextReport> source;
  private final Duration window;
  private final Scheduler scheduler;
  private final Clocks clocks;

  // Of the scheduler's thread alone.
  private @Nullable PlaintextReport told;
  private long toldAt;

  /**
   * What time it is.
   *
   * @param nanos that of the {@link MeshWire}
   */
  record Clocks(LongSupplier nanos, InstantSource wall) {

    Instant wall(long at) {
      return wall.instant().minusNanos(nanos.getAsLong() - at);
    }
  }

  /** Somebody who calls a port. */
  private record Who(int port, Object peer, boolean ownTls) {}

  /**
   * @param source who has called within a window, as {@link MeshWire#plaintext} has it
   * @param window how long who does not call any more is told of
   */
  PlaintextWatch(
      Function<Duration, PlaintextReport> source,
      Duration window,
      Scheduler scheduler,
      Clocks clocks) {
    this.source = source;
    this.window = window;
    this.scheduler = scheduler;
    this.clocks = clocks;
  }

  /** Begins to tell: at once of what is known now, even if that is nobody. */
  void start(Consumer<PlaintextCallers> listener) {
    scheduler.after(Duration.ZERO, () -> look(listener));
  }

  private void look(Consumer<PlaintextCallers> listener) {
    scheduler.after(SOON, () -> look(listener));
    try {
      PlaintextReport now = source.apply(window);
      if (isDue(now)) {
        told = now;
        toldAt = clocks.nanos.getAsLong();
        listener.accept(shown(now));
      }
    } catch (RuntimeException | LinkageError e) {
      Weft.suppressed("plaintext", e);
    }
  }

  private boolean isDue(PlaintextReport now) {
    PlaintextReport before = told;
    if (before == null) {
      return true;
    }
    boolean late = clocks.nanos.getAsLong() - toldAt >= LATER.toNanos();
    return !now.equals(before) && (late || !who(before).containsAll(who(now)));
  }

  private static Set<Who> who(PlaintextReport report) {
    Set<Who> all = new HashSet<>();
    report.callers().forEach(it -> all.add(new Who(it.port(), it.peer(), it.ownTls())));
    return all;
  }

  /** Who has called, now. */
  PlaintextCallers callers() {
    return shown(source.apply(window));
  }

  private PlaintextCallers shown(PlaintextReport report) {
    List<PlaintextCallers.Caller> callers = report.callers().stream().map(this::shown).toList();
    return new PlaintextCallers(clocks.wall(report.sinceNanos()), callers, report.leftOff());
  }

  private PlaintextCallers.Caller shown(PlaintextReport.Caller it) {
    return new PlaintextCallers.Caller(
        text(it.peer().getHostAddress()),
        it.port(),
        it.ownTls(),
        it.connections(),
        it.open(),
        clocks.wall(it.lastNanos()));
  }

  /** Without the interface of a link-local address, which is this host's own affair. */
  private static String text(String address) {
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }
}
