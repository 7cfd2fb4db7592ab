package dev.weft.telemetry.metrics;

import dev.weft.bridge.Weft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** All metrics of the agent. Names are registered at start; recording never comes here. */
public final class Metrics {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  private final Map<String, Family> families = new LinkedHashMap<>();

  /** What writes itself into a scrape. */
  @FunctionalInterface
  interface Family {
    void write(Exposition exposition);
  }

  /** A counter of its own; its name ends in {@code _total}. */
  public LongAdder counter(String name, String help) {
    LongAdder counter = new LongAdder();
    counter(name, help, counter::sum);
    return counter;
  }

  /** A counter that is kept elsewhere. */
  public void counter(String name, String help, LongSupplier value) {
    if (!name.endsWith("_total")) {
      throw new IllegalArgumentException("counter: " + name + " (expected: ..._total)");
    }
    register(
        name,
        exposition -> {
          exposition.counter(name, help);
          exposition.sample(name, Labels.NONE, value.getAsLong());
        });
  }

  /**
   * A counter in several series that are kept elsewhere.
   *
   * @param label what tells them apart
   * @param values by the label's value, asked for at each scrape
   */
  public void counters(String name, String help, String label, Supplier<Map<String, Long>> values) {
    register(
        name,
        exposition -> {
          exposition.counter(name, help);
          values
              .get()
              .forEach(
                  (value, count) ->
                      exposition.sample(name, Labels.of(label, value), count.longValue()));
        });
  }

  /** A value that goes up and down, asked for at each scrape. */
  public void gauge(String name, String help, DoubleSupplier value) {
    gauge(name, help, Map.of(Labels.NONE, value));
  }

  /** The same, in several series. */
  public void gauge(String name, String help, Map<Labels, DoubleSupplier> series) {
    register(
        name,
        exposition -> {
          exposition.gauge(name, help);
          series.forEach((labels, value) -> exposition.sample(name, labels, value.getAsDouble()));
        });
  }

  synchronized void register(String name, Family family) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "metric: " + name + " (expected: letters, digits and underscores)");
    }
    if (families.putIfAbsent(name, family) != null) {
      throw new IllegalArgumentException("metric: " + name + " is registered already");
    }
  }

  /** What a scrape gets now. A metric that fails is left out, not the scrape. */
  public String scrape(Exposition.Format format) {
    List<Family> all;
    synchronized (this) {
      all = new ArrayList<>(families.values());
    }
    Exposition exposition = new Exposition(format);
    for (Family family : all) {
      try {
        family.write(exposition);
      } catch (RuntimeException e) {
        Weft.suppressed("metrics", e);
      }
    }
    return exposition.end();
  }
}
