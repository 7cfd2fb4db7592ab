package dev.weft.control.cli;

import dev.weft.control.kubernetes.Cluster;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to reach a cluster, of commands whose namespace is another's than the control service's. */
final class ReachOptions {

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "How to reach the cluster (default: $KUBECONFIG, or ~/.kube/config).")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Which context of the kubeconfig (default: its current one).")
  private @Nullable String context;

  Cluster cluster() {
    return new Cluster(kubeconfig, context);
  }

  boolean isNamed() {
    return kubeconfig != null || context != null;
  }
}
