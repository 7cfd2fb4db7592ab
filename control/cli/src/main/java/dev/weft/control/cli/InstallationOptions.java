package dev.weft.control.cli;

import dev.weft.control.kubernetes.check.Installation;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which installation, in which cluster. */
final class InstallationOptions {

  static final String NAMESPACE = "weft-system";

  /** As the chart's schema has it, told before anybody is asked. */
  private static final Pattern REVISION = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--revision",
      paramLabel = "REV",
      description = {
        "One of several side by side, which namespaces and pods choose by the label",
        "weft.dev/rev (default: the one that weft.dev/inject=enabled chooses)."
      })
  private @Nullable String revision;

  ClusterOptions cluster() {
    return cluster;
  }

  /** Whether anything was said of it. */
  boolean isNamed() {
    return cluster.nameCluster() || cluster.namespace() != null || revision != null;
  }

  Installation installation() {
    if (revision != null && !REVISION.matcher(revision).matches()) {
      throw new ParameterException(
          spec.commandLine(),
          "--revision: '" + revision + "' (expected: lower case letters, digits and dashes)");
    }
    String namespace = cluster.namespace();
    return new Installation(
        namespace == null ? NAMESPACE : namespace, revision == null ? "" : revision);
  }
}
