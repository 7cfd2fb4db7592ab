package dev.weft.control.cli;

import dev.weft.control.kubernetes.LeftConditions;
import dev.weft.control.kubernetes.check.Installation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weftctl uninstall}: what the chart has made, and not what the mesh rests on. */
@Command(
    name = "uninstall",
    description = {
      "Take Weft, or one revision of it, out of a cluster, and what it has written into the",
      "status of resources. The root of all identities and the definitions of kinds stay; it says",
      "how to delete them."
    })
final class UninstallCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ReleaseOptions release = new ReleaseOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("uninstall", release.name()));
    arguments.addAll(release.where());
    String said = release.run(arguments);
    if (said == null) {
      return Weftctl.FAILED;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.print(said);
    boolean clean = removeConditions(err);
    err.println("left, for who installs it again; without other revisions they can be deleted:");
    Installation what = release.installation();
    String suffix = what.revision().isEmpty() ? "" : "-" + what.revision();
    err.println(
        "  kubectl delete --namespace "
            + what.namespace()
            + " secret/weft-ca secret/weft-ca-tokens secret/weft-injector-certificate"
            + suffix
            + " lease/weft-control"
            + suffix);
    err.println(
        "  kubectl delete configmap --all-namespaces --field-selector metadata.name=weft-root");
    err.println("  kubectl delete crd ratelimits.weft.dev");
    err.println("pods that run with the agent keep what they know until they start anew");
    err.flush();
    return clean ? Weftctl.ok() : Weftctl.FAILED;
  }

  /** Nobody is left who would keep them true. */
  private boolean removeConditions(PrintWriter err) {
    String revision = release.installation().revision();
    try {
      int count = LeftConditions.remove(release.cluster().cluster(), revision);
      err.println("its conditions are taken out of the status of resources, of " + count);
      return true;
    } catch (IOException e) {
      err.println(
          "weftctl: not all of its conditions could be taken out of the status of resources: "
              + e.getMessage());
      return false;
    }
  }
}
