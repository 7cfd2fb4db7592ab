package dev.weft.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process that serves leaves the mesh before its application stops. */
class StopTest {

  private static final int SIGTERM = 128 + 15;

  private final Mesh mesh = new Mesh();

  @AfterEach
  void close() {
    mesh.close();
  }

  @Test
  void requestsInFlightFinishBeforeTheApplicationStops() {
    String metrics = "127.0.0.1:" + Ports.free();
    Jvm echo =
        mesh.start("echo", "v1", Map.of("WEFT_METRICS_ADDRESS", metrics), Echo.class, "one", "0");
    String url = "http://echo:" + echo.port();
    Jvm caller = mesh.start("caller", "v1", Caller.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(caller, url + "/").startsWith("answer 200"));

    CompletableFuture<String> slow =
        CompletableFuture.supplyAsync(() -> get(caller, url + "/slow/2000"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> page(metrics, "/stats/prometheus").contains("_active 1"));
    int exit = echo.terminate();

    assertThat(slow.join()).startsWith("answer 200");
    assertThat(exit).as("%s", echo.output()).isEqualTo(SIGTERM);
    assertThat(mesh.status()).doesNotContain("echo.default");
    assertThat(echo.output()).noneMatch(line -> line.startsWith("weft: stopping after"));
  }

  @Test
  void theDrainIsBounded() {
    String metrics = "127.0.0.1:" + Ports.free();
    Jvm echo =
        mesh.start(
            "echo",
            "v1",
            Map.of("WEFT_METRICS_ADDRESS", metrics, "WEFT_DRAIN_TIMEOUT", "300ms"),
            Echo.class,
            "one",
            "0");
    CompletableFuture<String> stuck =
        CompletableFuture.supplyAsync(() -> page("127.0.0.1:" + echo.port(), "/slow/8000"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> page(metrics, "/stats/prometheus").contains("_active 1"));

    int exit = echo.terminate();

    assertThat(exit).isEqualTo(SIGTERM);
    assertThat(echo.output())
        .contains("weft: stopping after 300 ms although 1 requests are in flight");
    assertThat(stuck.join()).isEmpty();
  }

  @Test
  void whoNeverListenedDoesNotWait() {
    Jvm caller = mesh.start("caller", "v1", Map.of("WEFT_DRAIN_TIMEOUT", "60m"), Caller.class);
    mesh.killControl();

    assertThat(caller.terminate()).isIn(0, SIGTERM); // its input may end first
  }

  private static String get(Jvm caller, String url) {
    return caller.ask("get " + url, "answer ", "failed ");
  }

  /** Empty when nobody answers. */
  private static String page(String address, String path) {
    try (InputStream in = URI.create("http://" + address + path).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
