package dev.weft.control.cli;

import dev.weft.control.kubernetes.check.Installation;
import dev.weft.injector.chart.Helm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which release of the chart in which cluster, and the program that knows of it. */
final class ReleaseOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Mixin private InstallationOptions options = new InstallationOptions();

  @Option(
      names = "--helm",
      paramLabel = "FILE",
      description = "The program helm, version 3 (default: $HELM, or on the PATH).")
  private @Nullable Path program;

  ClusterOptions cluster() {
    return options.cluster();
  }

  Installation installation() {
    return options.installation();
  }

  /** {@code weft}, or {@code weft-REV}. */
  String name() {
    String revision = installation().revision();
    return revision.isEmpty() ? "weft" : "weft-" + revision;
  }

  /** What tells Helm which cluster. */
  List<String> where() {
    List<String> where = new ArrayList<>(List.of("--namespace", installation().namespace()));
    Path kubeconfig = cluster().kubeconfig();
    if (kubeconfig != null) {
      where.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    }
    String context = cluster().context();
    if (context != null) {
      where.addAll(List.of("--kube-context", context));
    }
    return where;
  }

  Helm helm() throws IOException {
    if (program != null) {
      return Helm.at(program, "--helm");
    }
    return Helm.find(System.getenv())
        .orElseThrow(
            () ->
                new IOException(
                    "helm is not on the PATH (expected: Helm 3, from"
                        + " https://helm.sh/docs/intro/install, or --helm FILE; or the chart itself"
                        + " by 'kubectl apply' of what 'helm template' makes of it elsewhere)"));
  }

  /** Runs it; what it says goes to standard error, and data is returned. Null: it has failed. */
  @Nullable String run(List<String> arguments) throws IOException, InterruptedException {
    Helm.Result result = helm().run(arguments);
    PrintWriter err = spec.commandLine().getErr();
    err.print(result.err());
    err.flush();
    return result.exit() == 0 ? result.out() : null;
  }
}
