package dev.weft.control.cli;

import dev.weft.control.server.StatusJson;
import dev.weft.control.server.status.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
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

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int OK = 200;

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
    String json = fetch();
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

  private String fetch() throws IOException, InterruptedException {
    String address = server.contains(":") ? server : "127.0.0.1:" + server;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/status"))
            .timeout(PATIENCE)
            .build();
    try {
      HttpResponse<String> response =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(PATIENCE)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != OK) {
        throw new IOException(address + " answered " + response.statusCode() + " (expected: 200)");
      }
      return response.body();
    } catch (ConnectException e) {
      throw new IOException(
          "no control service at " + address + " (expected: 'weftctl up', or --server)", e);
    }
  }
}
