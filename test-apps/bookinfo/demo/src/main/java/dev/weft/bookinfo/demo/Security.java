package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The act about who may talk: at first also those who cannot say who they are, then nobody else.
 */
final class Security {

  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int ATTEMPTS = 50;
  private static final long POLL_MILLIS = 5;
  private static final long PAUSE_MILLIS = 20;
  private static final Duration SETTLING = Duration.ofSeconds(5);
  private static final String REQUESTS = "istio_requests_total";
  private static final String CONNECTIONS = "istio_tcp_connections_opened_total";
  private static final String SERVICE = "destination_service_name";
  private static final String POLICY = "connection_security_policy";
  private static final String MUTUAL = "mutual_tls";
  private static final List<String> CALLED = List.of("details", "reviews", "ratings");

  private final Mesh mesh;
  private final Workspace workspace;
  private final Console console;
  private final Report report;

  Security(Mesh mesh, Workspace workspace, Console console, Report report) {
    this.mesh = mesh;
    this.workspace = workspace;
    this.console = console;
    this.report = report;
  }

  /** Turns STRICT on under load, with a caller in plaintext before and after; what was sent. */
  List<Sample> strict(Shopper shopper) throws IOException, InterruptedException {
    URI reviews = mesh.reviews();
    console.line("STRICT under load: who has no certificate is refused");
    try (Intruder early = Intruder.connect(reviews)) {
      report.holds(early.isAnswered(), "plaintext before", "answered", "refused");
      List<Sample> samples;
      try (SteadyLoad load = SteadyLoad.start(shopper, n -> null)) {
        long edited = System.nanoTime();
        workspace.add("strict.yaml");
        Duration refused = awaitRefusal(reviews, edited);
        report.enforced(refused, "plaintext refused since");
        report.holds(!early.isAnswered(), "connection from before", "refused", "answered");
        int answered = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
          answered += Intruder.isAnswered(reviews) ? 1 : 0;
          Thread.sleep(PAUSE_MILLIS);
        }
        report.exactly(0, answered, "plaintext answered since");
        samples = load.stop();
      }
      report.traffic(new Tally(samples));
      console.line("");
      return samples;
    }
  }

  private static Duration awaitRefusal(URI page, long edited) throws InterruptedException {
    while (System.nanoTime() - edited < DEADLINE.toNanos()) {
      if (!Intruder.isAnswered(page)) {
        return Duration.ofNanos(System.nanoTime() - edited);
      }
      Thread.sleep(POLL_MILLIS);
    }
    return DEADLINE;
  }

  /**
   * What callers say that they sent must have arrived under mutual TLS, all of it: from the first
   * request on, as nothing of what agents count is ever taken back.
   */
  void shares() throws IOException, HarnessException, InterruptedException {
    console.line("Mutual TLS between workloads, since the start");
    Metrics settled = settled();
    for (String service : CALLED) {
      report.exactly(sent(settled, service), secured(settled, service), service + ", requests");
    }
    long connected = count(mesh.metrics("ratings"), CONNECTIONS, Map.of("reporter", "source"));
    report.holds(connected > 0, "database over JDBC", "connected", "no connection");
    report.exactly(
        connected,
        count(
            mesh.metrics("database"),
            CONNECTIONS,
            Map.of("reporter", "destination", POLICY, MUTUAL)),
        "database, connections");
    console.line("");
  }

  /** Once both ends have counted the last requests. */
  private Metrics settled() throws IOException, HarnessException, InterruptedException {
    long deadline = System.nanoTime() + SETTLING.toNanos();
    while (true) {
      Metrics metrics = mesh.metrics();
      boolean agree = CALLED.stream().allMatch(one -> sent(metrics, one) == secured(metrics, one));
      if (agree || System.nanoTime() > deadline) {
        return metrics;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static long sent(Metrics metrics, String service) {
    return count(metrics, REQUESTS, Map.of("reporter", "source", SERVICE, service));
  }

  private static long secured(Metrics metrics, String service) {
    return count(
        metrics, REQUESTS, Map.of("reporter", "destination", SERVICE, service, POLICY, MUTUAL));
  }

  private static long count(Metrics metrics, String name, Map<String, String> labels) {
    return Math.round(metrics.sum(name, labels));
  }
}
