package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Bad input from every side: a clear word about it, and nothing that worked before is lost. */
class BadInputTest {

  private static final String SPLIT =
      """
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata:
        name: echo
      spec:
        host: echo
        subsets:
          - name: v1
            labels: {version: v1}
          - name: v2
            labels: {version: v2}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata:
        name: echo
      spec:
        hosts: [echo]
        http:
          - route:
              - destination: {host: echo, subset: v1}
                weight: %d
              - destination: {host: echo, subset: v2}
                weight: %d
      """;

  @Test
  void refusedFileLeavesItsLastGoodVersionInForce() {
    try (Mesh mesh = new Mesh()) {
      mesh.configure("service.yaml", Yaml.service("echo"));
      mesh.configure("split.yaml", SPLIT.formatted(100, 0));
      mesh.start("echo", "v1", Echo.class, "one", "0");
      mesh.start("echo", "v2", Echo.class, "two", "0");
      Jvm caller = mesh.start("caller", "v1", Caller.class);
      awaitAnswer(caller, "answer 200 one");

      List<String> wrong =
          List.of(
              SPLIT.formatted(0, 0),
              SPLIT.formatted(-1, 101),
              SPLIT.formatted(100, 0).replace("weight", "wieght"),
              SPLIT.formatted(100, 0) + "\n\t- tab: [",
              "a".repeat(3_000_000));
      for (String yaml : wrong) {
        mesh.configure("split.yaml", yaml);
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> mesh.status("-o", "json").contains("split.yaml"));
        assertThat(get(caller)).startsWith("answer 200 one");
        mesh.configure("split.yaml", SPLIT.formatted(100, 0));
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> !mesh.status("-o", "json").contains("\"ERROR\""));
      }
      mesh.configure("split.yaml", SPLIT.formatted(0, 100));
      awaitAnswer(caller, "answer 200 two");
    }
  }

  @Test
  void unknownSubsetIsSaidAndAnswered() {
    try (Mesh mesh = new Mesh()) {
      mesh.configure("service.yaml", Yaml.service("echo"));
      mesh.configure("split.yaml", SPLIT.formatted(0, 100).replace("name: v2", "name: v3"));
      mesh.start("echo", "v1", Echo.class, "one", "0");
      Jvm caller = mesh.start("caller", "v1", Caller.class);
      awaitAnswer(caller, "answer 503");
      assertThat(mesh.status("-o", "json")).contains("v2");
    }
  }

  @Test
  void silentControlServiceDelaysNobodyForLong() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertServesWithout(silent.getLocalPort());
    }
  }

  @Test
  void controlServiceThatSendsGarbageHurtsNobody() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    try (ServerSocket garbage = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread speaker = new Thread(() -> speak(garbage, new Random(seed)), "garbage");
      speaker.setDaemon(true);
      speaker.start();
      assertServesWithout(garbage.getLocalPort());
    }
  }

  private static void speak(ServerSocket server, Random random) {
    byte[] noise = new byte[4096];
    while (!server.isClosed()) {
      try (Socket socket = server.accept();
          OutputStream out = socket.getOutputStream()) {
        random.nextBytes(noise);
        out.write(noise);
      } catch (IOException e) {
        // The agent hung up on the noise, as it should.
      }
    }
  }

  /**
   * An application whose control service is of no use still serves and calls, after 10 s at most.
   */
  private static void assertServesWithout(int control) throws IOException {
    try (Mesh mesh = new Mesh()) {
      Map<String, String> useless =
          Map.of("WEFT_CONTROL", "127.0.0.1:" + control, "WEFT_START_TIMEOUT", "3s");
      Jvm echo = mesh.start("echo", "v1", useless, Echo.class, "one", "0");
      Jvm caller = mesh.start("caller", "v1", useless, Caller.class);
      String url = "http://127.0.0.1:" + echo.port() + "/";
      assertThat(caller.ask("get " + url, "answer ", "failed ")).startsWith("answer 200 one");
      assertThat(echo.output()).anyMatch(line -> line.startsWith("weft:"));
    }
  }

  @Test
  void tenMegabytesOfHeadersAreTheServersBusiness() throws IOException {
    try (Mesh mesh = new Mesh()) {
      Jvm echo = mesh.start("echo", "v1", Echo.class, "one", "0");
      int port = echo.port();
      assertThat(flood(port)).startsWith("HTTP/1.1 400");
      Jvm caller = mesh.start("caller", "v1", Caller.class);
      assertThat(caller.ask("get http://127.0.0.1:" + port + "/", "answer ", "failed "))
          .startsWith("answer 200 one");
    }
  }

  private static String flood(int port) throws IOException {
    byte[] header = ("x-flood: " + "a".repeat(1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write("GET / HTTP/1.1\r\nHost: a\r\n".getBytes(StandardCharsets.US_ASCII));
      try {
        for (int i = 0; i < 10_000; i++) {
          out.write(header);
        }
      } catch (IOException e) {
        // The server hung up before the end, which is its right.
      }
      InputStream in = socket.getInputStream();
      try {
        return new String(in.readNBytes(12), StandardCharsets.US_ASCII);
      } catch (IOException e) {
        return "HTTP/1.1 400 (reset before the answer could be read)";
      }
    }
  }

  @Test
  void wrongSettingIsOneClearLine() {
    try (Mesh mesh = new Mesh()) {
      Jvm echo =
          mesh.start("echo", "v1", Map.of("WEFT_DRAIN_TIMEOUT", "soon"), Echo.class, "one", "0");
      assertThat(echo.output())
          .filteredOn(line -> line.contains("WEFT_DRAIN_TIMEOUT"))
          .containsExactly(
              "weft: WEFT_DRAIN_TIMEOUT: \"soon\" (expected: a duration such as 5s);"
                  + " taking \"5s\"");
    }
  }

  private static String get(Jvm caller) {
    return caller.ask("get http://echo:8080/", "answer ", "failed ");
  }

  private static void awaitAnswer(Jvm caller, String answer) {
    awaitAnswerAt(caller, "http://echo:8080/", answer);
  }

  private static void awaitAnswerAt(Jvm caller, String url, String answer) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> caller.ask("get " + url, "answer ", "failed ").startsWith(answer));
  }
}
