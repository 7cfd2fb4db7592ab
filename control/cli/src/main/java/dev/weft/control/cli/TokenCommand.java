package dev.weft.control.cli;

import dev.weft.control.ca.JoinTokens;
import dev.weft.control.ca.SharedState;
import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.kubernetes.OwnNamespace;
import dev.weft.control.kubernetes.SecretStore;
import dev.weft.control.server.ControlSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code weftctl token …}: join tokens, where a control service keeps its state. */
@Command(
    name = "token",
    description = "Make, list and revoke the tokens by which workloads join.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TokenMakeCommand.class,
      TokenListCommand.class,
      TokenRevokeCommand.class,
    })
final class TokenCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = {
        "The state directory of the control service, which may be running",
        "(default: $XDG_STATE_HOME/weft/control-15010, below ~/.local/state)."
      })
  private @Nullable Path state;

  @Option(
      names = "--ca-secret",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = {
        "Instead: the Secret of a cluster with the roots that replicas share; the tokens are",
        "in the one called NAME-tokens."
      })
  private @Nullable String caSecret;

  @Mixin private ReachOptions reach = new ReachOptions();

  @Option(
      names = {"-n", "--control-namespace"},
      paramLabel = "NAMESPACE",
      scope = ScopeType.INHERIT,
      description =
          "Where the control service is in the cluster (default: weft-system, or this pod's).")
  private @Nullable String controlNamespace;

  /** What is done with the tokens of one control service. */
  interface Use<T> {
    T make(JoinTokens tokens) throws IOException;
  }

  <T> T use(@Nullable String trustDomain, Use<T> use) throws IOException {
    if (caSecret == null) {
      if (reach.isNamed() || controlNamespace != null) {
        throw new ParameterException(
            spec.commandLine(), "a cluster without its Secret (expected: --ca-secret)");
      }
      return use.make(JoinTokens.open(state(), trustDomain, InstantSource.system()));
    }
    if (state != null) {
      throw new ParameterException(
          spec.commandLine(), "--state and --ca-secret (expected: one of them)");
    }
    Cluster cluster = reach.cluster();
    String namespace = namespace();
    try (SecretStore roots =
            SecretStore.open(cluster, SecretStore.Place.ofRoots(namespace, caSecret));
        SecretStore tokens =
            SecretStore.open(cluster, SecretStore.Place.ofTokens(namespace, caSecret))) {
      JoinTokens opened = JoinTokens.open(new SharedState(roots, tokens), InstantSource.system());
      if (trustDomain != null && !trustDomain.equals(opened.trustDomain())) {
        throw new IOException(
            roots
                + " is of the trust domain "
                + opened.trustDomain()
                + " (expected: "
                + trustDomain
                + ")");
      }
      return use.make(opened);
    }
  }

  private String namespace() throws IOException {
    String found = controlNamespace == null ? OwnNamespace.find() : controlNamespace;
    return found == null ? InstallationOptions.NAMESPACE : found;
  }

  /** The directory that has had nothing yet; null: it has, or a cluster has the tokens. */
  @Nullable Path newState() {
    return caSecret == null && !Files.exists(state().resolve("ca")) ? state() : null;
  }

  private Path state() {
    return state == null ? ControlSettings.defaultState(ControlSettings.DEFAULT_PORT) : state;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command.");
  }
}
