package dev.weft.control.cli;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.check.Check;
import dev.weft.control.kubernetes.check.ClusterChecks;
import dev.weft.control.kubernetes.check.Installation;
import dev.weft.control.server.StatusJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weftctl check}, before and after an installation. */
@Command(
    name = "check",
    description = {
      "Look whether a cluster is ready for Weft (--pre), or whether Weft in it is well.",
      "Each line says what to do. Exits with 1 on a failure; warnings are none."
    })
final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private InstallationOptions options = new InstallationOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Option(names = "--pre", description = "Before it is installed.")
  private boolean before;

  @Override
  public Integer call() throws IOException {
    Installation what = options.installation();
    Cluster cluster = options.cluster().cluster();
    List<Check> checks =
        before
            ? ClusterChecks.before(cluster, what)
            : ClusterChecks.after(cluster, what, InstantSource.system());
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      out.print(StatusJson.write(checks));
    } else {
      checks.forEach(check -> print(out, check));
    }
    out.flush();
    return checks.stream().anyMatch(it -> it.status() == Check.Status.FAILURE)
        ? Weftctl.FAILED
        : Weftctl.ok();
  }

  private static void print(PrintWriter out, Check check) {
    String status =
        String.format(Locale.ROOT, "%-8s", check.status().name().toLowerCase(Locale.ROOT));
    String style =
        switch (check.status()) {
          case OK -> "green";
          case WARNING -> "yellow";
          case FAILURE -> "red";
        };
    out.println(
        Text.colored(style, status)
            + String.format(Locale.ROOT, " %-14s ", check.name())
            + Text.safe(check.message()));
    if (!check.hint().isEmpty()) {
      out.println(" ".repeat(24) + "→ " + Text.safe(check.hint()));
    }
  }
}
