package dev.weft.instrumentation.testing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every contract in every cell. {@code -Dcontract.cell=…} runs the cells whose name contains that,
 * {@code -Dcontract.only=…} one contract.
 */
class ContractsIT {

  private static final Path AGENT = Path.of(System.getProperty("contract.agent", ""));

  @TestFactory
  Stream<DynamicContainer> everyCell() {
    assertThat(AGENT).as("the agent's jar: build agent/dist first").isRegularFile();
    String only = System.getProperty("contract.cell", "");
    return Cells.all().stream()
        .filter(cell -> cell.name().contains(only))
        .map(cell -> DynamicContainer.dynamicContainer(cell.name(), tests(cell)));
  }

  /** One JVM for all contracts of a cell, started when the first of them is asked for. */
  private static Stream<DynamicTest> tests(Cell cell) {
    String only = System.getProperty("contract.only", "");
    List<String> contracts =
        cell.contracts().stream().filter(contract -> contract.contains(only)).toList();
    CellRun run = new CellRun(AGENT, cell.with(contracts));
    return contracts.stream()
        .map(contract -> DynamicTest.dynamicTest(contract, () -> check(run, contract)));
  }

  private static void check(CellRun run, String contract) {
    List<ChildProcess.Result> results = run.of(contract);
    assertThat(results).as("nothing ran, see " + run.log()).isNotEmpty();
    assertThat(results)
        .as("see " + run.log())
        .filteredOn(result -> result.how().equals("fail"))
        .isEmpty();
    if (results.stream().allMatch(result -> result.how().equals("skip"))) {
      abort("the library has none of this");
    }
  }
}
