package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The roots of a mesh change while it works. */
class TrustTest {

  private static final String URL = "http://echo:8080/";

  /** How many certificates workloads get under load, and how often the root is replaced. */
  private static final int CERTIFICATES = Integer.getInteger("weft.e2e.certificates", 20);

  private static final int ROOTS = Integer.getInteger("weft.e2e.roots", 1);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final int echoMetrics = Ports.free();
  private final int callerMetrics = Ports.free();
  private Mesh mesh;
  private Jvm caller;

  @AfterEach
  void stop() {
    mesh.close();
  }

  private void start(String... options) {
    mesh = new Mesh(options);
    mesh.configure("service.yaml", Yaml.service("echo"));
    mesh.configure("strict.yaml", Yaml.STRICT);
    // Connections end after some requests, so that handshakes are always under way.
    mesh.start("echo", "v1", mesh.identity("echo", echoMetrics), Echo.class, "one", "0", "20");
    caller = mesh.start("caller", "v1", mesh.identity("caller", callerMetrics), Caller.class);
    awaitAnswer(caller);
  }

  private static void awaitAnswer(Jvm who) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(who.ask("get " + URL, "answer ", "failed ")).startsWith("answer 200"));
  }

  private long issued() throws IOException {
    String issued = "weft_certificates_issued_total";
    return (long) (Metrics.sum(callerMetrics, issued) + Metrics.sum(echoMetrics, issued));
  }

  private void rootStep(String step) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> mesh.root(step));
  }

  @Test
  void noRequestFailsWhileCertificatesAndRootsAreReplaced() throws IOException {
    start("--certificate-life", "6s");
    String first = mesh.statusNow();
    caller.ask("load 2 " + URL, "loading");
    for (int i = 0; i < ROOTS; i++) {
      rootStep("rotate");
      rootStep("activate");
      rootStep("retire");
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(1).plusSeconds(2L * CERTIFICATES))
        .until(() -> issued() >= CERTIFICATES);
    Tally tally = Tally.of(caller.ask("stop", "tally "));
    System.out.println(
        issued() + " certificates and " + ROOTS + " roots replaced under load: " + tally);
    assertThat(tally.failures()).as("%s", tally).isZero();
    assertThat(tally.from("one")).isGreaterThan(1_000);
    assertThat(root(mesh.statusNow())).isNotEqualTo(root(first));
    assertThat(Metrics.sum(callerMetrics, "weft_connections_failed_open_total")).isZero();
  }

  private static String root(String status) {
    return status.replaceAll("(?s).*?\"root\" ?: ?\"([^\"]*)\".*", "$1");
  }

  @Test
  void whoWasAwayWhileTheRootWasReplacedComesBackByItsToken() {
    mesh = new Mesh("--certificate-life", "4s");
    mesh.configure("service.yaml", Yaml.service("echo"));
    mesh.configure("strict.yaml", Yaml.STRICT);
    mesh.start("echo", "v1", mesh.identity("echo", echoMetrics), Echo.class, "one", "0", "20");
    Map<String, String> away = mesh.identity("caller", callerMetrics); // its token is of now
    mesh.root("rotate");
    mesh.root("activate", "--now");
    rootStep("retire");
    caller = mesh.start("caller", "v1", away, Caller.class);
    awaitAnswer(caller);
  }

  @Test
  void aRootInTheHandsOfOthersIsGivenUpAtOnce() {
    start("--certificate-life", "1h");
    Map<String, String> old = mesh.identity("caller");
    mesh.root("rotate");
    mesh.root("activate", "--now");
    mesh.root("retire", "--now");
    // What was joined before asks for a certificate by its token, which is worth nothing now.
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> mesh.statusNow().contains("was retired"));
    Jvm late = mesh.start("caller", "v1", old, Caller.class);
    assertThat(late.ask("get " + URL, "answer ", "failed ")).doesNotStartWith("answer 200");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> String.join("", late.output()).contains("was made since that root was retired"));
  }
}
