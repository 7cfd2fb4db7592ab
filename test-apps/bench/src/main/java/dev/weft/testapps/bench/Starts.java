package dev.weft.testapps.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Starts by application; a plain one and one with Weft, made one after the other, are a pair. */
final class Starts {

  private record Twins(Start plain, Start weft) {}

  private record Figure(
      String name, int decimals, ToDoubleFunction<Start> ofPlain, ToDoubleFunction<Start> ofWeft) {}

  private static final List<Figure> FIGURES =
      List.of(
          figure("CPU-s until ready", 2, start -> start.ready().cpu()),
          new Figure(
              "CPU-s until synced, plain until ready",
              2,
              start -> start.ready().cpu(),
              start -> start.synced().cpu()),
          figure("seconds until ready", 2, start -> start.ready().wall()),
          new Figure(
              "seconds until synced, plain until ready",
              2,
              start -> start.ready().wall(),
              start -> start.synced().wall()),
          figure("resident MiB", 0, Start::residentMiB));

  private final Map<String, List<Twins>> byApplication = new LinkedHashMap<>();

  void add(String application, Start plain, Start weft) {
    byApplication.computeIfAbsent(application, a -> new ArrayList<>()).add(new Twins(plain, weft));
  }

  /** Medians with what they lie between; ratios are taken pair by pair. */
  Table table() {
    Table table = new Table("application", "figure", "plain", "Weft", "Weft / plain");
    byApplication.forEach(
        (application, twins) -> {
          for (Figure figure : FIGURES) {
            table.row(
                application,
                figure.name(),
                spread(twins, t -> figure.ofPlain().applyAsDouble(t.plain()))
                    .text(figure.decimals()),
                spread(twins, t -> figure.ofWeft().applyAsDouble(t.weft())).text(figure.decimals()),
                spread(
                        twins,
                        t ->
                            figure.ofWeft().applyAsDouble(t.weft())
                                / figure.ofPlain().applyAsDouble(t.plain()))
                    .text(2));
          }
        });
    return table;
  }

  private static Figure figure(String name, int decimals, ToDoubleFunction<Start> of) {
    return new Figure(name, decimals, of, of);
  }

  private static Spread spread(List<Twins> twins, ToDoubleFunction<Twins> figure) {
    return Spread.of(twins.stream().map(figure::applyAsDouble).toList());
  }
}
