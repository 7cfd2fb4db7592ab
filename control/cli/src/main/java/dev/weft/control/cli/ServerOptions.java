package dev.weft.control.cli;

import dev.weft.control.kubernetes.check.ControlPod;
import dev.weft.control.server.ControlSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which control service is asked: by its admin address, or in a cluster. */
final class ServerOptions {

  private static final String LOCAL = "127.0.0.1:" + ControlSettings.DEFAULT_ADMIN_PORT;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description = "The control service's admin address (default: " + LOCAL + ").")
  private @Nullable String server;

  @Mixin private InstallationOptions options = new InstallationOptions();

  @Option(
      names = "--pod",
      paramLabel = "NAME",
      description = {
        "In a cluster, which of its pods (default: any that is ready). With this, -n, --revision,",
        "--kubeconfig or --context the cluster's is asked, through the API server."
      })
  private @Nullable String pod;

  /** Its state, as JSON. */
  String status() throws IOException, InterruptedException {
    if (!isOfCluster()) {
      return AdminClient.status(server == null ? LOCAL : server);
    }
    try (ControlPod to = open(pod)) {
      if (!to.siblings().isEmpty()) {
        spec.commandLine()
            .getErr()
            .println(
                to.name()
                    + " says; agents of "
                    + to.siblings().size()
                    + " others are not shown (--pod asks another)");
      }
      return through(to);
    }
  }

  /** The state of each of its replicas that is ready, or of the one that was asked for. */
  List<String> statuses() throws IOException, InterruptedException {
    if (!isOfCluster() || pod != null) {
      return List.of(status());
    }
    List<String> all = new ArrayList<>();
    List<String> others;
    try (ControlPod to = open(null)) {
      all.add(through(to));
      others = to.siblings();
    }
    for (String other : others) {
      try (ControlPod to = open(other)) {
        all.add(through(to));
      }
    }
    return all;
  }

  private boolean isOfCluster() {
    if (pod == null && !options.isNamed()) {
      return false;
    }
    if (server != null) {
      throw new ParameterException(
          spec.commandLine(), "--server and a cluster (expected: one of them)");
    }
    return true;
  }

  private ControlPod open(@Nullable String name) throws IOException {
    return ControlPod.open(
        options.cluster().cluster(),
        options.installation(),
        name,
        ControlSettings.DEFAULT_ADMIN_PORT);
  }

  private static String through(ControlPod to) throws IOException, InterruptedException {
    try {
      return AdminClient.status("127.0.0.1:" + to.localPort());
    } catch (IOException e) {
      throw new IOException(
          to.name()
              + " does not answer through the API server (expected: the right to create"
              + " pods/portforward, and a node that can be reached): "
              + e.getMessage(),
          e);
    }
  }
}
