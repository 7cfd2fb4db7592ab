package dev.weft.testapps.bench;

import dev.weft.testapps.bench.load.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Measurements of both pairs under each load; those of one round belong together. */
final class Results {

  private record Measurement(Measured measured, Usage used) {
    double cpu() {
      return used.cpu() * 1000 / measured.answers();
    }

    double withoutJit() {
      return (used.cpu() - used.jit()) * 1000 / measured.answers();
    }
  }

  private record Figure(String name, int decimals, ToDoubleFunction<Measurement> of) {}

  private static final List<Figure> FIGURES =
      List.of(
          new Figure("CPU-s per 1,000 requests", 3, Measurement::cpu),
          new Figure("the same without JIT threads", 3, Measurement::withoutJit),
          new Figure("p50 ms", 2, m -> m.measured().percentile(50)),
          new Figure("p90 ms", 2, m -> m.measured().percentile(90)),
          new Figure("p99 ms", 2, m -> m.measured().percentile(99)),
          new Figure("requests per second", 0, m -> m.measured().throughput()),
          new Figure("resident MiB, both", 0, m -> m.used().resident()),
          new Figure("failed requests", 0, m -> m.measured().failures()));

  private final Kind base;
  private final Kind other;

  /** By load, then by kind of pair. */
  private final Map<String, Map<Kind, List<Measurement>>> byLoad = new LinkedHashMap<>();

  /**
   * @param base what the other is a multiple of
   */
  Results(Kind base, Kind other) {
    this.base = base;
    this.other = other;
  }

  void add(String load, Kind kind, Measured measured, Usage used) {
    byLoad
        .computeIfAbsent(load, l -> new LinkedHashMap<>())
        .computeIfAbsent(kind, k -> new ArrayList<>())
        .add(new Measurement(measured, used));
  }

  /** Medians with what they lie between; ratios are taken round by round. */
  Table table() {
    Table table =
        new Table("load", "figure", base.toString(), other.toString(), other + " / " + base);
    byLoad.forEach(
        (load, kinds) -> {
          List<Measurement> first = kinds.getOrDefault(base, List.of());
          List<Measurement> second = kinds.getOrDefault(other, List.of());
          for (Figure figure : FIGURES) {
            table.row(
                load,
                figure.name(),
                spread(first, figure).text(figure.decimals()),
                spread(second, figure).text(figure.decimals()),
                ratio(first, second, figure));
          }
        });
    return table;
  }

  private static Spread spread(List<Measurement> measurements, Figure figure) {
    return Spread.of(measurements.stream().map(figure.of()::applyAsDouble).toList());
  }

  private static String ratio(List<Measurement> base, List<Measurement> other, Figure figure) {
    List<Double> ratios =
        IntStream.range(0, Math.min(base.size(), other.size()))
            .filter(i -> figure.of().applyAsDouble(base.get(i)) > 0)
            .mapToObj(
                i ->
                    figure.of().applyAsDouble(other.get(i))
                        / figure.of().applyAsDouble(base.get(i)))
            .toList();
    return ratios.isEmpty() ? "" : Spread.of(ratios).text(2);
  }
}
