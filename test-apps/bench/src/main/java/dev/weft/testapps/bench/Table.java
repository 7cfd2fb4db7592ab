package dev.weft.testapps.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A Markdown table whose columns line up in a terminal too. */
final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    row(header);
  }

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>(rows.stream().map(row -> line(row, widths)).toList());
    List<String> rule = IntStream.of(widths).mapToObj("-"::repeat).toList();
    lines.add(1, line(rule, widths));
    return String.join(System.lineSeparator(), lines);
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(c -> cells.get(c) + " ".repeat(widths[c] - cells.get(c).length()))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
