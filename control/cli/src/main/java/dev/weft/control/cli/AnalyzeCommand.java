package dev.weft.control.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weft.control.config.Resolver;
import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Severity;
import dev.weft.control.model.WorkloadSource;
import dev.weft.control.server.StatusJson;
import dev.weft.control.source.DirectoryOptions;
import dev.weft.control.source.DirectorySource;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weftctl analyze DIR}. */
@Command(
    name = "analyze",
    description = {
      "Check a directory of configuration without a control service.",
      "Exits with 1 if there is a finding at or above the threshold."
    })
final class AnalyzeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The directory.")
  private Path directory = Path.of(".");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TABLE;

  @Option(
      names = "--failure-threshold",
      paramLabel = "info|warning|error",
      description = "Which findings fail the command (default: ${DEFAULT-VALUE}).")
  private Severity threshold = Severity.ERROR;

  @Override
  public Integer call() throws JsonProcessingException {
    if (!Files.isDirectory(directory)) {
      throw new ParameterException(
          spec.commandLine(), directory + " is no directory (expected: a directory of YAML files)");
    }
    List<Finding> findings = findings();
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      out.print(StatusJson.write(StatusJson.findings(findings)));
    } else {
      findings.forEach(finding -> out.println(Text.colored(finding)));
    }
    out.flush();
    spec.commandLine().getErr().println(summary(findings));
    boolean fails =
        findings.stream().anyMatch(finding -> finding.severity().compareTo(threshold) >= 0);
    return fails ? Weftctl.FAILED : Weftctl.ok();
  }

  private List<Finding> findings() {
    MeshSettings settings = MeshSettings.DEFAULT;
    try (DirectorySource source =
        DirectorySource.open(directory, settings, DirectoryOptions.DEFAULT)) {
      return new Resolver(settings)
          .resolve(source.files(), WorkloadSource.Snapshot.EMPTY)
          .findings();
    }
  }

  private static String summary(List<Finding> findings) {
    Map<Severity, Long> counts =
        findings.stream().collect(Collectors.groupingBy(Finding::severity, Collectors.counting()));
    return String.format(
        Locale.ROOT,
        "%d errors, %d warnings, %d notes",
        counts.getOrDefault(Severity.ERROR, 0L),
        counts.getOrDefault(Severity.WARNING, 0L),
        counts.getOrDefault(Severity.INFO, 0L));
  }
}
