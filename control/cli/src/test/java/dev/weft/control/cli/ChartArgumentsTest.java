package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that the chart's pods run are commands of this weftctl. */
class ChartArgumentsTest {

  @TempDir private Path directory = Path.of(".");

  private static final Path GOLDEN = Path.of("../../injector/chart/src/test/resources/golden");

  /** Each list {@code args} of a rendered chart. */
  private static List<List<String>> commands(Path rendered) throws Exception {
    List<List<String>> commands = new ArrayList<>();
    List<String> command = null;
    for (String line : Files.readAllLines(rendered)) {
      String text = line.strip();
      if (text.equals("args:")) {
        command = new ArrayList<>();
        commands.add(command);
      } else if (command != null && text.startsWith("- ")) {
        command.add(text.substring(2).replaceAll("^\"|\"$", ""));
      } else {
        command = null;
      }
    }
    return commands;
  }

  /** What the injector finds at {@code /etc/weft/rules.yaml}. */
  private Path rules(Path rendered) throws Exception {
    StringBuilder rules = new StringBuilder();
    boolean within = false;
    for (String line : Files.readAllLines(rendered)) {
      within = within ? line.startsWith("    ") : line.equals("  rules.yaml: |");
      if (within && line.startsWith("    ")) {
        rules.append(line.substring(4)).append('\n');
      }
    }
    return Files.writeString(directory.resolve("rules.yaml"), rules);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"default", "demo", "ha", "revision", "validating", "control-only", "everything"})
  void thePodsCommandsAndTheirFilesAreKnown(String name) throws Exception {
    Path rendered = GOLDEN.resolve(name + ".yaml");
    List<List<String>> commands = commands(rendered);
    assertThat(commands)
        .extracting(it -> it.get(0))
        .containsExactlyInAnyOrderElementsOf(
            name.equals("control-only")
                ? List.of("up", "ready")
                : List.of("up", "injector", "ready"));
    String rules = rules(rendered).toString();
    for (List<String> command : commands) {
      command.replaceAll(it -> it.equals("/etc/weft/rules.yaml") ? rules : it);
      CommandLine.ParseResult parsed =
          Weftctl.commandLine().parseArgs(command.toArray(String[]::new));
      assertThat(parsed.subcommand().commandSpec().name()).isEqualTo(command.get(0));
    }
  }
}
