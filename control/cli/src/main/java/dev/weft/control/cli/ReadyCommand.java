package dev.weft.control.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weftctl ready}: for scripts that wait, and for {@code helm test}. */
@Command(
    name = "ready",
    description = {
      "Ask control services and injectors whether they are ready, at their admin or monitoring",
      "ports. Exits with 1 as long as one is not."
    })
final class ReadyCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int OK = 200;
  private static final String PATH = "/ready";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "HOST:PORT",
      description = "Whom to ask (default: 127.0.0.1:15014).")
  private List<String> addresses = new ArrayList<>();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = Lifetime.class,
      description = "How long to ask again until all are: 30s, 2m (default: ask once).")
  private Duration wait = Duration.ZERO;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  @Override
  public Integer call() throws InterruptedException {
    if (addresses.isEmpty()) {
      addresses.add("127.0.0.1:15014");
    }
    List<URI> left = new ArrayList<>();
    for (String address : addresses) {
      left.add(uri(address));
    }
    PrintWriter out = spec.commandLine().getOut();
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      List<String> problems = new ArrayList<>();
      for (URI each : List.copyOf(left)) {
        String problem = problem(each);
        if (problem == null) {
          out.println(each.getAuthority() + " is ready");
          left.remove(each);
        } else {
          problems.add(each.getAuthority() + " " + problem);
        }
      }
      out.flush();
      if (left.isEmpty()) {
        return Weftctl.ok();
      }
      if (System.nanoTime() - end >= 0) {
        problems.forEach(spec.commandLine().getErr()::println);
        return Weftctl.FAILED;
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  private URI uri(String address) {
    String wrong = "'" + address + "' (expected: a host and a port, such as 127.0.0.1:15014)";
    URI uri;
    try {
      uri = new URI("http://" + address + PATH);
    } catch (URISyntaxException e) {
      throw new ParameterException(spec.commandLine(), wrong, e);
    }
    if (uri.getHost() == null || uri.getPort() <= 0 || !PATH.equals(uri.getPath())) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
    return uri;
  }

  private @Nullable String problem(URI uri) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == OK
          ? null
          : "answers " + response.statusCode() + ": " + Text.safe(response.body().strip());
    } catch (IOException e) {
      return "does not answer: " + Text.safe(String.valueOf(e.getMessage()));
    }
  }
}
