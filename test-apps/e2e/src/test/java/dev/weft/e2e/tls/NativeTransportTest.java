package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.Yaml;
import dev.weft.e2e.app.Caller;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Netty's native transport, whose connections pass by the JDK's sockets. */
class NativeTransportTest {

  private static final String URL = "http://echo:8080/";

  private Mesh mesh;
  private Jvm caller;

  @BeforeEach
  void start() {
    boolean linux = System.getProperty("os.name").equals("Linux");
    if (!linux) {
      System.out.println("SKIPPED: NativeTransportTest needs Linux, whose epoll it tries");
    }
    Assumptions.assumeTrue(linux);
    mesh = new Mesh();
    mesh.configure("service.yaml", Yaml.service("echo"));
  }

  @AfterEach
  void stop() {
    if (mesh != null) {
      mesh.close();
    }
  }

  private String epoll(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(mesh.identity("echo"));
    environment.putAll(settings);
    Jvm echo = mesh.start("echo", "v1", environment, NativeEcho.class, "one", "0");
    caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);
    eventually("answer 200");
    return echo.output().stream()
        .filter(line -> line.startsWith("epoll "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(echo.output()));
  }

  private void eventually(String answer) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(caller.ask("get " + URL, "answer ", "failed ")).startsWith(answer));
  }

  private void statusSays(String words) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(mesh.status()).contains(words));
  }

  @Test
  void isRefusedWithAReasonThatStatusShows() {
    assertThat(epoll(Map.of())).isEqualTo("epoll false");
    statusSays("refused: its connections would bypass mutual TLS");
    mesh.configure("strict.yaml", Yaml.STRICT);
    eventually("answer 200");
  }

  @Test
  void whereItIsAllowedStrictServesNobody() {
    assertThat(epoll(Map.of("WEFT_NATIVE_TRANSPORTS", "allow"))).isEqualTo("epoll true");
    statusSays("its connections bypass mutual TLS, as weft.native.transports says");
    mesh.configure("strict.yaml", Yaml.STRICT);
    eventually("answer 503");
  }
}
