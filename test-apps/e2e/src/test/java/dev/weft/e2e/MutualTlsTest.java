package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two applications that know nothing of TLS, and everything between them is mutual TLS. */
class MutualTlsTest {

  private static final String URL = "http://echo:8080/";
  private static final String PRINCIPAL = "spiffe://cluster.local/ns/default/sa/";

  private final int echoMetrics = Ports.free();
  private final int callerMetrics = Ports.free();
  private Mesh mesh;
  private Jvm echo;
  private Jvm caller;
  private int port;

  @AfterEach
  void stop() {
    mesh.close();
  }

  private void start(String... options) {
    mesh = new Mesh(options);
    mesh.configure("service.yaml", Yaml.service("echo"));
    echo = mesh.start("echo", "v1", mesh.identity("echo", echoMetrics), Echo.class, "one", "0");
    port = echo.port();
    caller = mesh.start("caller", "v1", mesh.identity("caller", callerMetrics), Caller.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(caller.ask("get " + URL, "answer ", "failed "))
                    .startsWith("answer 200"));
  }

  @Test
  void everyRequestIsMutualTlsFromTheFirstOneOn() throws IOException {
    start();
    for (int i = 0; i < 20; i++) {
      assertThat(caller.ask("get " + URL, "answer ", "failed ")).startsWith("answer 200");
    }
    String requests = "istio_requests_total";
    // The called side counts a request once its answer is sent: maybe after the caller has it.
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Metrics.sum(echoMetrics, requests, "reporter=\"destination\"") >= 21);
    String mutual = "connection_security_policy=\"mutual_tls\"";
    assertThat(Metrics.sum(echoMetrics, requests, "reporter=\"destination\"", mutual))
        .isGreaterThanOrEqualTo(21)
        .isEqualTo(Metrics.sum(echoMetrics, requests, "reporter=\"destination\""))
        .isEqualTo(
            Metrics.sum(
                echoMetrics,
                requests,
                "source_principal=\"" + PRINCIPAL + "caller\"",
                "destination_principal=\"" + PRINCIPAL + "echo\"",
                "source_workload=\"caller\""));
    assertThat(
            Metrics.sum(
                callerMetrics,
                requests,
                "reporter=\"source\"",
                "destination_principal=\"" + PRINCIPAL + "echo\"",
                "response_code=\"200\""))
        .isGreaterThanOrEqualTo(21);
    assertThat(Metrics.sum(callerMetrics, "weft_connections_failed_open_total")).isZero();
    assertThat(Metrics.sum(echoMetrics, "weft_suppressed_errors_total")).isZero();
    assertThat(Metrics.sum(callerMetrics, "weft_suppressed_errors_total")).isZero();
    assertThat(Metrics.sum(echoMetrics, "weft_certificate_seconds_left")).isPositive();
  }

  @Test
  void strictEndsPlaintextThatIsOpenAndDisturbsNobodyElse() throws IOException {
    start();
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket idle = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertThat(get(plain)).startsWith("HTTP/1.1 200");
      assertThat(get(idle)).startsWith("HTTP/1.1 200");
      caller.ask("load 2 " + URL, "loading");
      mesh.configure("strict.yaml", Yaml.STRICT);
      String[] last = {""};
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                last[0] = get(plain);
                return !last[0].startsWith("HTTP/1.1 200");
              });
      assertThat(last[0])
          .startsWith("HTTP/1.1 403")
          .containsIgnoringCase("connection: close")
          .containsIgnoringCase("x-weft-flags: NR")
          .contains("mesh: plaintext: mutual TLS is required");
      // An idle one ends, too, without a request.
      idle.setSoTimeout(20_000);
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
    }
    try (Socket later = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertThat(get(later)).isEmpty();
    }
    Tally tally = Tally.of(caller.ask("stop", "tally "));
    assertThat(tally.failures()).as("%s", tally).isZero();
    assertThat(tally.from("one")).isPositive();
    assertThat(Metrics.sum(echoMetrics, "weft_connections_refused_total", "reason=\"plaintext\""))
        .isGreaterThanOrEqualTo(3);
  }

  /** Asks on a connection that stays open; empty: it was closed instead. */
  private static String get(Socket socket) throws IOException {
    socket.setSoTimeout(20_000);
    try {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: echo\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = new byte[8192];
      int count = 0;
      // An answer of Tomcat's comes in one piece, or in chunks that end with an empty one.
      while (true) {
        int more = socket.getInputStream().read(answer, count, answer.length - count);
        if (more < 0) {
          break;
        }
        count += more;
        String text = new String(answer, 0, count, StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        Matcher length = Pattern.compile("(?i)content-length: ([0-9]+)").matcher(text);
        boolean whole =
            text.endsWith("\r\n0\r\n\r\n")
                || (head >= 0
                    && length.find()
                    && count >= head + 4 + Integer.parseInt(length.group(1)));
        if (whole) {
          break;
        }
      }
      return new String(answer, 0, count, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void certificatesAreRenewedUnderLoadAndTheirExpiryIsSurvived() throws Exception {
    start("--certificate-life", "8s");
    mesh.configure("strict.yaml", Yaml.STRICT);
    caller.ask("load 2 " + URL, "loading");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Metrics.sum(callerMetrics, "weft_certificates_issued_total") >= 4);
    Tally renewed = Tally.of(caller.ask("stop", "tally "));
    assertThat(renewed.failures()).as("%s", renewed).isZero();
    assertThat(renewed.from("one")).isPositive();

    mesh.killControl();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                Metrics.sum(callerMetrics, "weft_certificate_seconds_left") < 0
                    && Metrics.sum(echoMetrics, "weft_certificate_seconds_left") < 0);
    // What is open goes on, until Tomcat closes it after an error; nothing is opened instead.
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                !caller
                    .ask("get " + URL + "status/500", "answer ", "failed ")
                    .startsWith("answer 500"));
    assertThat(caller.ask("get " + URL, "answer ", "failed "))
        .startsWith("answer 503")
        .contains("certificate: ours has expired at ");
    // Nobody is let in instead, neither in plaintext nor over TLS.
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertThat(get(plain)).isEmpty();
    }
    assertThat(Metrics.sum(echoMetrics, "weft_connections_failed_open_total")).isZero();

    mesh.restartControl();
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> caller.ask("get " + URL, "answer ", "failed ").startsWith("answer 200"));
  }
}
