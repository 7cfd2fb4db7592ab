package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.source.keys.FetchRules;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a platform asks from outside. */
class MonitoringTest {

  @TempDir private Path directory = Path.of(".");

  private static InetSocketAddress any() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private ControlSettings settings(ControlSettings.Source source, int monitoring) {
    return new ControlSettings(
        source,
        any(),
        any(),
        directory.resolve("state"),
        null,
        FetchRules.DEFAULT,
        new InetSocketAddress("0.0.0.0", monitoring));
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void readinessAndMetricsAndNothingElse() throws Exception {
    Files.createDirectories(directory.resolve("config"));
    ControlSettings.Source source =
        new ControlSettings.Source.Directory(directory.resolve("config"));
    try (ControlServer server = ControlServer.start(settings(source, 0))) {
      int port = Objects.requireNonNull(server.monitoringAddress()).getPort();
      assertThat(get(port, "/ready").statusCode()).isEqualTo(200);
      assertThat(get(port, "/metrics").body()).contains("weft_control_models_total ");
      assertThat(get(port, "/status").statusCode()).isEqualTo(404);
      assertThat(get(server.adminAddress().getPort(), "/status").body())
          .contains("\"directory\"")
          .doesNotContain("\"cluster\"");
    }
  }

  @Test
  void whatIsNotInForceIsNotReady() throws Exception {
    int port = Ports.free();
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: gone, cluster: {server: "http://127.0.0.1:1"}}]
        contexts: [{name: gone, context: {cluster: gone, user: nobody}}]
        users: [{name: nobody, user: {}}]
        current-context: gone
        """);
    ControlSettings settings =
        settings(
            new ControlSettings.Source.Kubernetes(
                new Cluster(kubeconfig, null), ControlSettings.DEFAULT_AUDIENCE),
            port);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<ControlServer> starting = thread.submit(() -> ControlServer.start(settings));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> get(port, "/ready").statusCode() == 503);
      assertThat(get(port, "/metrics").statusCode()).isEqualTo(503);
      thread.shutdownNow();
      assertThatThrownBy(starting::get)
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("interrupted while the cluster was read");
    } finally {
      thread.shutdownNow();
    }
  }
}
