package dev.weft.instrumentation.testing.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a cell's contracts: they are run when the first one is asked for. */
final class CellRun {

  private static final Path LOGS = Path.of("target", "contracts");

  private final Path agent;
  private final Cell cell;
  private @Nullable List<ChildProcess.Result> results;

  CellRun(Path agent, Cell cell) {
    this.agent = agent;
    this.cell = cell;
  }

  Cell cell() {
    return cell;
  }

  /** What the contracts' JVM printed. */
  Path log() {
    return LOGS.resolve(cell.name().replaceAll("[^\\w.-]+", "-") + ".log");
  }

  /** Of this contract, and of the JVM itself. */
  List<ChildProcess.Result> of(String contract) {
    String simple = Cell.simple(contract);
    return all().stream()
        .filter(r -> r.contract().equals(simple) || r.contract().equals(ChildProcess.JVM))
        .toList();
  }

  synchronized List<ChildProcess.Result> all() {
    List<ChildProcess.Result> known = results;
    if (known == null) {
      try {
        known = new ChildProcess(agent, System.getProperty("java.class.path")).run(cell, log());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the contracts ran", e);
      }
      results = known;
    }
    return known;
  }
}
