package dev.weft.control.cli;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.OwnNamespace;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** How to reach a cluster, and where in it the control service is. */
final class ClusterOptions {

  @Mixin private ReachOptions reach = new ReachOptions();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      scope = ScopeType.INHERIT,
      description = "Where the control service is in the cluster (default: this pod's).")
  private @Nullable String namespace;

  Cluster cluster() {
    return reach.cluster();
  }

  /** As it was written; null: it was not. */
  @Nullable Path kubeconfig() {
    return reach.kubeconfig();
  }

  /** As it was written; null: it was not. */
  @Nullable String context() {
    return reach.context();
  }

  boolean nameCluster() {
    return reach.isNamed();
  }

  /** As it was written; null: it was not. */
  @Nullable String namespace() {
    return namespace;
  }

  /** As it was written, else the pod's. */
  String namespace(CommandSpec spec) throws IOException {
    String found = namespace == null ? OwnNamespace.find() : namespace;
    if (found == null) {
      throw new ParameterException(
          spec.commandLine(), "--ca-secret outside of a pod (expected: --namespace)");
    }
    return found;
  }
}
