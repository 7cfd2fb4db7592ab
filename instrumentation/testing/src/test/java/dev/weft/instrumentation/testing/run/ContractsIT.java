package dev.weft.instrumentation.testing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every contract in every cell, and then the page of supported libraries. {@code -Dcontract.cell=…}
 * runs the cells whose name contains that, {@code -Dcontract.only=…} one contract; {@code
 * -Dcontract.update=true} writes the page instead of checking it.
 */
class ContractsIT {

  private static final Path AGENT = Path.of(System.getProperty("contract.agent", ""));
  private static final Path PAGE =
      Path.of(System.getProperty("contract.docs", "")).resolve("supported-libraries.md");

  private final String onlyCell = System.getProperty("contract.cell", "");
  private final String onlyContract = System.getProperty("contract.only", "");

  @TestFactory
  Stream<DynamicNode> everyCell() {
    assertThat(AGENT).as("the agent's jar: build agent/dist first").isRegularFile();
    List<CellRun> runs =
        Cells.all().stream()
            .filter(cell -> cell.name().contains(onlyCell))
            .map(cell -> cell.with(chosen(cell)))
            .map(cell -> new CellRun(AGENT, cell))
            .toList();
    Stream<DynamicNode> cells =
        runs.stream().map(run -> DynamicContainer.dynamicContainer(run.cell().name(), tests(run)));
    DynamicNode page = DynamicTest.dynamicTest("the page of supported libraries", () -> page(runs));
    boolean whole = onlyCell.isEmpty() && onlyContract.isEmpty();
    return whole ? Stream.concat(cells, Stream.of(page)) : cells;
  }

  private List<String> chosen(Cell cell) {
    return cell.contracts().stream().filter(name -> name.contains(onlyContract)).toList();
  }

  /** One JVM for all contracts of a cell, started when the first of them is asked for. */
  private static Stream<DynamicTest> tests(CellRun run) {
    return run.cell().contracts().stream()
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

  private static void page(List<CellRun> runs) throws Exception {
    SupportTable table = new SupportTable(PAGE);
    runs.forEach(run -> table.add(run.cell(), run.all()));
    if (Boolean.getBoolean("contract.update")) {
      table.write();
    }
    table.check();
  }
}
