package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a DestinationRule sends a load while endpoints fail, hang, die, and come. */
class BalancingTest {

  private static final String RULES =
      Yaml.trafficPolicy(
              "echo",
              """
              outlierDetection:
                consecutive5xxErrors: 3
                interval: 1s
                baseEjectionTime: 3s
                maxEjectionPercent: 100
              """)
          + """
          ---
          apiVersion: networking.istio.io/v1
          kind: VirtualService
          metadata:
            name: echo
          spec:
            hosts: [echo]
            http:
            - route:
              - destination: {host: echo}
              timeout: 2s
          """;

  private static final String WARM_UP =
      Yaml.trafficPolicy("echo", "loadBalancer: {simple: LEAST_REQUEST, warmup: {duration: 15s}}");

  private static final String ONE_CONNECTION =
      Yaml.trafficPolicy(
          "echo",
          """
          connectionPool:
            tcp: {maxConnections: 1}
            http: {http1MaxPendingRequests: 1}
          outlierDetection:
            consecutive5xxErrors: 3
            baseEjectionTime: 60s
            maxEjectionPercent: 100
            outlierDetectionHttpErrorCodes: [418]
          """);

  private static final int THREADS = 3;
  private final Mesh mesh = new Mesh();
  private Jvm caller;

  @AfterEach
  void stop() {
    mesh.close();
  }

  private Jvm echo(String name, String locality) {
    return mesh.start("echo", "v1", Map.of("WEFT_LOCALITY", locality), Echo.class, name, "0");
  }

  @Test
  void ailingEndpointsAreLeftOutAndFarOnesTakeOver() {
    mesh.configure("service.yaml", Yaml.service("echo"));
    mesh.configure("rules.yaml", RULES);
    Jvm one = echo("one", "eu/a");
    Jvm two = echo("two", "eu/a");
    echo("far", "us/a");
    caller = mesh.start("caller", "v1", Map.of("WEFT_LOCALITY", "eu/a"), Caller.class);
    awaitAnswer();
    caller.ask("load " + THREADS + " http://echo:8080/", "loading");

    // Nearer ones are enough.
    until(tally -> tally.from("one") > 0 && tally.from("two") > 0);
    assertThat(after(200).from("far")).isZero();

    // One fails: it is left out, and half of them can take 70 % only.
    two.ask("status 503", "status 503");
    until(tally -> tally.from("far") > 0 && tally.from("one") > 0);
    assertMostlyFrom(after(200), "one", "far");

    // It is well again.
    two.ask("status 200", "status 200");
    until(tally -> tally.from("two") > 0 && tally.from("far") == 0);

    // It hangs: timeouts count, too.
    two.ask("slow 30000", "slow 30000");
    until(tally -> tally.from("two") == 0 && tally.from("far") > 0);
    assertMostlyFrom(after(200), "one", "far");

    // Both die.
    one.kill();
    two.kill();
    until(tally -> tally.from("far") == tally.total());
  }

  /** Whoever comes back for a moment may fail three times, and each thread once more. */
  private static void assertMostlyFrom(Tally tally, String near, String far) {
    assertThat(tally.failures()).as("%s", tally).isLessThanOrEqualTo(3 + THREADS);
    assertThat(tally.from(near)).as("%s", tally).isPositive();
    assertThat(tally.from(far)).as("%s", tally).isPositive();
  }

  @Test
  void newEndpointsWarmUp() {
    mesh.configure("service.yaml", Yaml.service("echo"));
    mesh.configure("rules.yaml", WARM_UP);
    echo("old", "eu/a");
    caller = mesh.start("caller", "v1", Caller.class);
    awaitAnswer();
    // The first one was new, too, and alone.
    Instant warm = Instant.now().plusSeconds(15);
    caller.ask("load 1 http://echo:8080/", "loading");
    until(tally -> Instant.now().isAfter(warm));
    echo("new", "eu/a");
    until(tally -> tally.from("new") > 0);
    Tally tally = after(500);
    // 9 % at first, 50 % after the warm-up.
    assertThat(tally.failures()).as("%s", tally).isZero();
    assertThat(tally.from("new")).as("%s", tally).isBetween(10L, tally.total() * 40 / 100);
  }

  @Test
  void oneConnectionServesOneRequestWhileAnotherWaits() {
    mesh.configure("service.yaml", Yaml.service("echo"));
    mesh.configure("rules.yaml", ONE_CONNECTION);
    Jvm one = echo("one", "eu/a");
    caller = mesh.start("caller", "v1", Caller.class);
    awaitAnswer();
    one.ask("slow 50", "slow 50");
    caller.ask("load 2 http://echo:8080/", "loading");
    Tally two = after(20);
    assertThat(two.failures()).as("%s", two).isZero();

    caller.ask("load 2 http://echo:8080/", "loading"); // four by now
    until(tally -> tally.answers().keySet().stream().anyMatch(key -> key.startsWith("503/")));
    Tally four = after(50);
    assertThat(four.from("one")).as("%s", four).isPositive();

    // Neither the mesh's own answers nor 503 are errors here; 418 is.
    caller.ask("stop", "tally ");
    for (int status : new int[] {503, 503, 503, 418, 418, 418}) {
      assertThat(get("http://echo:8080/status/" + status)).startsWith("answer " + status + " ");
    }
    assertThat(get("http://echo:8080/")).isEqualTo("answer 503 no healthy upstream");
  }

  private String get(String url) {
    return caller.ask("get " + url, "answer ", "failed ");
  }

  private void awaitAnswer() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get("http://echo:8080/").contains(" 200 "));
  }

  private void until(Predicate<Tally> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(300))
        .until(() -> condition.test(Tally.of(caller)));
  }

  private Tally after(long requests) {
    return Tally.after(caller, requests, Duration.ofSeconds(40));
  }
}
