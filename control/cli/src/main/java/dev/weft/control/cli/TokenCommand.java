package dev.weft.control.cli;

import dev.weft.control.ca.JoinTokens;
import dev.weft.control.server.ControlSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code weftctl token …}: join tokens, in the state directory of a control service. */
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

  Path state() {
    return state == null ? ControlSettings.defaultState(ControlSettings.DEFAULT_PORT) : state;
  }

  JoinTokens open(@Nullable String trustDomain) throws IOException {
    return JoinTokens.open(state(), trustDomain, InstantSource.system());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command.");
  }
}
