package dev.weft.instrumentation.testing.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The page of supported libraries, made from what the contracts showed. A machine may lack a JDK:
 * what the page says of that one is neither checked nor changed.
 */
final class SupportTable {

  private static final String HEAD =
      """
      # Supported libraries

      Each line is a library that passed these contracts, in a JVM of its own under the agent. The
      page is written by the contracts' run (`-Dcontract.update` of `ContractsIT`, see
      [adding a library](adding-a-library.md)), which fails when the page is not true.

      | library, as used | version | JDK | contracts passed |
      |---|---|---|---|
      """;

  private final Path page;
  private final Set<String> rows = new TreeSet<>();
  private final Set<Integer> jdks = new TreeSet<>();

  SupportTable(Path page) {
    this.page = page;
  }

  /** A cell whose contracts have all run. */
  void add(Cell cell, List<ChildProcess.Result> results) {
    jdks.add(cell.jdk().feature());
    if (results.stream().anyMatch(result -> result.how().equals("fail"))) {
      return; // not supported, and its own test says why
    }
    String passed =
        cell.contracts().stream()
            .map(Cell::simple)
            .filter(contract -> hasPassed(contract, results))
            .map(contract -> contract.replace("Contract", ""))
            .collect(Collectors.joining(", "));
    rows.add(
        "| `%s` | %s | %d | %s |"
            .formatted(cell.probe(), cell.version(), cell.jdk().feature(), passed));
  }

  private static boolean hasPassed(String contract, List<ChildProcess.Result> results) {
    return results.stream().anyMatch(r -> r.contract().equals(contract) && r.how().equals("pass"));
  }

  /** The page as it must be: this run's rows, and those of JDKs that this machine has not. */
  private String expected() throws IOException {
    Set<String> all = new TreeSet<>(rows);
    for (String line : lines()) {
      if (line.startsWith("| `") && !jdks.contains(jdk(line))) {
        all.add(line);
      }
    }
    return HEAD + String.join("\n", all) + "\n";
  }

  private List<String> lines() throws IOException {
    return Files.exists(page) ? Files.readAllLines(page) : new ArrayList<>();
  }

  private static int jdk(String row) {
    return Integer.parseInt(row.split("\\|")[3].strip());
  }

  void write() throws IOException {
    Files.writeString(page, expected());
  }

  /** Throws when the page says anything else than this run showed. */
  void check() throws IOException {
    String found = String.join("\n", lines()) + "\n";
    if (!found.equals(expected())) {
      throw new AssertionError(
          page
              + " does not say what the contracts showed (expected, as -Dcontract.update"
              + " writes it):\n"
              + expected());
    }
  }
}
