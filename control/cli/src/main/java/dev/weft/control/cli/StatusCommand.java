package dev.weft.control.cli;

import dev.weft.control.server.StatusJson;
import dev.weft.control.server.status.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      names = "--plaintext",
      description = "Show who still calls in plaintext, which STRICT would refuse.")
  private boolean plaintext;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private ServerOptions server = new ServerOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      out.print(server.status());
    } else if (plaintext) {
      List<Status> replicas = new ArrayList<>();
      for (String json : server.statuses()) {
        replicas.add(StatusJson.read(json));
      }
      new PlaintextTable(replicas, Instant.now()).print(out);
    } else {
      new StatusTables(StatusJson.read(server.status())).print(out);
    }
    out.flush();
    return Weftctl.ok();
  }
}
