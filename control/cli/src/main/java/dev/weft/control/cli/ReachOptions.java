package dev.weft.control.cli;

import dev.weft.control.kubernetes.Cluster;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** How to reach a cluster. */
final class ReachOptions {

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = {
        "How to reach the cluster (default: $KUBECONFIG, ~/.kube/config, or within a pod its",
        "service account)."
      })
  private @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Which context of the kubeconfig (default: its current one).")
  private @Nullable String context;

  Cluster cluster() {
    return new Cluster(kubeconfig, context);
  }

  /** As it was written; null: it was not. */
  @Nullable Path kubeconfig() {
    return kubeconfig;
  }

  /** As it was written; null: it was not. */
  @Nullable String context() {
    return context;
  }

  boolean isNamed() {
    return kubeconfig != null || context != null;
  }
}
