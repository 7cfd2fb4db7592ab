package dev.weft.control.cli;

import dev.weft.control.server.StatusJson;
import dev.weft.control.server.status.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weftctl status}. */
@Command(
    name = "status",
    description =
        "Show workloads, how far each agent is, what agents refused, and what is not enforced.")
final class StatusCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TABLE;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description = "The control service's admin address (default: ${DEFAULT-VALUE}).")
  private String server = "127.0.0.1:15014";

  @Override
  public Integer call() throws IOException, InterruptedException {
    String json = AdminClient.status(server);
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      out.print(json);
    } else {
      Status status = StatusJson.read(json);
      new StatusTables(status).print(out);
    }
    out.flush();
    return Weftctl.ok();
  }
}
