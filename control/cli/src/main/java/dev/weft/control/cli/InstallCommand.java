package dev.weft.control.cli;

import dev.weft.control.kubernetes.Definitions;
import dev.weft.injector.chart.Chart;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weftctl install}: the chart that is in this jar, by Helm. */
@Command(
    name = "install",
    description = {
      "Install Weft into a cluster, or upgrade it, with the Helm chart that comes with weftctl.",
      "Values of a profile go over the chart's own, files over those, --set over all."
    })
final class InstallCommand implements Callable<Integer> {

  /** The chart is rendered without asking a cluster what it is. */
  private static final String ASSUMED = "v1.35.0";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ReleaseOptions release = new ReleaseOptions();

  @Option(
      names = "--profile",
      paramLabel = "default|demo|ha",
      description = "Which values to begin with (default: ${DEFAULT-VALUE}).")
  private Chart.Profile profile = Chart.Profile.DEFAULT;

  @Option(
      names = {"-f", "--values"},
      paramLabel = "FILE",
      description = "Values of your own, as YAML; can be repeated.")
  private List<Path> values = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One value, as helm --set; can be repeated.")
  private List<String> set = new ArrayList<>();

  @Option(names = "--dry-run", description = "Print the objects, and ask or change no cluster.")
  private boolean dryRun;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = Lifetime.class,
      description = "How long to wait until all is ready: 90s, 5m (default: do not).")
  private @Nullable Duration wait;

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (Path file : values) {
      if (!Files.isReadable(file)) {
        throw new ParameterException(
            spec.commandLine(), "--values: " + file + " (expected: a file to be read)");
      }
    }
    Path directory = Files.createTempDirectory("weft-chart");
    try {
      Path chart = Chart.unpack(directory);
      return dryRun ? render(chart) : install(chart);
    } finally {
      Directories.delete(directory);
    }
  }

  private int render(Path chart) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("template", release.name(), chart.toString()));
    arguments.addAll(List.of("--namespace", release.installation().namespace(), "--include-crds"));
    arguments.addAll(List.of("--kube-version", ASSUMED));
    arguments.addAll(overrides(chart));
    return printed(release.run(arguments), spec.commandLine().getOut());
  }

  private int install(Path chart) throws IOException, InterruptedException {
    release.helm(); // before anything is changed
    List<String> definitions = new ArrayList<>();
    for (Path file : Directories.files(chart.resolve("crds"))) {
      definitions.add(Files.readString(file));
    }
    // Helm neither changes nor adds to those that are there.
    List<String> applied = Definitions.apply(release.cluster().cluster(), definitions);
    PrintWriter err = spec.commandLine().getErr();
    err.println("definitions: " + String.join(", ", applied));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("upgrade", "--install", release.name(), chart.toString()));
    arguments.addAll(List.of("--create-namespace", "--skip-crds"));
    arguments.addAll(release.where());
    if (wait != null) {
      arguments.addAll(List.of("--wait", "--timeout", wait.toSeconds() + "s"));
    }
    arguments.addAll(overrides(chart));
    return printed(release.run(arguments), err);
  }

  private List<String> overrides(Path chart) {
    List<String> overrides = new ArrayList<>();
    for (Path file : Chart.values(chart, profile)) {
      overrides.addAll(List.of("--values", file.toString()));
    }
    for (Path file : values) {
      overrides.addAll(List.of("--values", file.toString()));
    }
    String revision = release.installation().revision();
    if (!revision.isEmpty()) {
      overrides.addAll(List.of("--set-string", "revision=" + revision));
    }
    for (String each : set) {
      overrides.addAll(List.of("--set", each));
    }
    return overrides;
  }

  private static int printed(@Nullable String text, PrintWriter to) {
    if (text == null) {
      return Weftctl.FAILED;
    }
    to.print(text);
    to.flush();
    return Weftctl.ok();
  }
}
