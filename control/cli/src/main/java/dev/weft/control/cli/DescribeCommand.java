package dev.weft.control.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weftctl describe …}. */
@Command(
    name = "describe",
    description = "Say in one page what applies to something.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = DescribePodCommand.class)
final class DescribeCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command.");
  }
}
