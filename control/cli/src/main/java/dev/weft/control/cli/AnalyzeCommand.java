package dev.weft.control.cli;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.Resolver;
import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Severity;
import dev.weft.control.model.WorkloadSource;
import dev.weft.control.server.StatusJson;
import dev.weft.control.source.DirectoryOptions;
import dev.weft.control.source.DirectorySource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weftctl analyze}: of a directory, of a cluster, or of the one laid over the other. */
@Command(
    name = "analyze",
    description = {
      "Check a directory of configuration without a control service; with -A, --kubeconfig or",
      "--context a cluster's, and with a directory besides, what the cluster's would be with its",
      "files applied. Exits with 1 if there is a finding at or above the threshold."
    })
final class AnalyzeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The directory (default: this one; of a cluster, none).")
  private @Nullable Path directory;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "A cluster, all of it.")
  private boolean cluster;

  @Mixin private ReachOptions reach = new ReachOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--failure-threshold",
      paramLabel = "info|warning|error",
      description = "Which findings fail the command (default: ${DEFAULT-VALUE}).")
  private Severity threshold = Severity.ERROR;

  @Override
  public Integer call() throws IOException {
    if (directory != null && !Files.isDirectory(directory)) {
      throw new ParameterException(
          spec.commandLine(), directory + " is no directory (expected: a directory of YAML files)");
    }
    List<Finding> findings = findings();
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
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

  private List<Finding> findings() throws IOException {
    MeshSettings settings = MeshSettings.DEFAULT;
    Resolver resolver = new Resolver(settings);
    if (!cluster && !reach.isNamed()) {
      List<ConfigFile> files = read(directory == null ? Path.of(".") : directory, settings);
      return resolver.resolve(files, WorkloadSource.Snapshot.EMPTY).findings();
    }
    ClusterModel there = ClusterModel.read(reach.cluster(), settings);
    List<ConfigFile> files =
        directory == null ? there.files() : there.with(read(directory, settings));
    return resolver.resolve(files, there.workloads()).findings();
  }

  private static List<ConfigFile> read(Path directory, MeshSettings settings) {
    try (DirectorySource source =
        DirectorySource.open(directory, settings, DirectoryOptions.DEFAULT)) {
      return source.files();
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
