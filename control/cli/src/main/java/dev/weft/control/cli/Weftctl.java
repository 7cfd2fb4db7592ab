package dev.weft.control.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weftctl}: the entry, and what all commands share. */
@Command(
    name = "weftctl",
    description = "Weft: a service mesh woven into the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = false,
    subcommands = {
      InstallCommand.class,
      UninstallCommand.class,
      CheckCommand.class,
      DescribeCommand.class,
      UpCommand.class,
      RunCommand.class,
      StatusCommand.class,
      ReadyCommand.class,
      AnalyzeCommand.class,
      InjectCommand.class,
      InjectorCommand.class,
      TokenCommand.class,
      RootCommand.class,
      CertCommand.class,
      VersionCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class
    })
final class Weftctl implements Runnable {

  /** Something did not work, or was found. */
  static final int FAILED = 1;

  /** It tells what it finds in the class path; held, or the setting is lost with the logger. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  @Spec private CommandSpec spec = CommandSpec.create();

  private Weftctl() {}

  @SuppressForbidden("The exit code is the command's answer.")
  public static void main(String[] arguments) {
    // One line per record, unless somebody has decided otherwise.
    String format = "java.util.logging.SimpleFormatter.format";
    if (System.getProperty(format) == null) {
      System.setProperty(format, "%1$tT %4$s %5$s%6$s%n");
    }
    GRPC.setLevel(Level.WARNING);
    int exit = commandLine().execute(arguments);
    if (exit != Lasting.STOPPED_BY_SIGNAL) {
      System.exit(exit);
    }
  }

  static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Weftctl());
    addHelp(commands);
    return commands
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println("weftctl: " + message(failure));
              return FAILED;
            });
  }

  private static void addHelp(CommandLine command) {
    if (command.getCommandSpec().findOption("--help") == null) {
      command
          .getCommandSpec()
          .addOption(
              OptionSpec.builder("-h", "--help")
                  .usageHelp(true)
                  .description("Show this help.")
                  .build());
    }
    command.getSubcommands().values().forEach(Weftctl::addHelp);
  }

  private static String message(Exception failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command.");
  }

  static int ok() {
    return ExitCode.OK;
  }
}
