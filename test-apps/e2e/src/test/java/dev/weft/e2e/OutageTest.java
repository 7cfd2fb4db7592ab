package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers notice when parts of the mesh die under load: as little as possible. */
class OutageTest {

  private static final int THREADS = 4;
  private static final String URL = "http://echo:8080/";
  private final Mesh mesh = new Mesh();
  private Jvm two;
  private Jvm caller;

  @BeforeEach
  void startTwoEndpoints() {
    mesh.configure("service.yaml", Yaml.service("echo"));
    mesh.start("echo", "v1", Echo.class, "one", "0");
    two = mesh.start("echo", "v2", Echo.class, "two", "0");
    caller = mesh.start("caller", "v1", Caller.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> caller.ask("get " + URL, "answer ", "failed ").startsWith("answer 200"));
    caller.ask("load " + THREADS + " " + URL, "loading");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> seen(tally(), "one") && seen(tally(), "two"));
    tally();
  }

  @AfterEach
  void stop() {
    mesh.close();
  }

  @Test
  void controlServiceDiesAndComesBack() {
    mesh.killControl();
    Tally during = after(500);
    assertThat(during.failures()).as("%s", during).isZero();
    assertThat(during.from("one")).isPositive();
    assertThat(during.from("two")).isPositive();

    mesh.restartControl();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> mesh.status("-o", "json").split("SYNCED", -1).length > 3);
    mesh.configure("service.yaml", Yaml.service("echo").replace("8080", "8081"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> mesh.status("-o", "json").contains("echo"));
    mesh.configure("service.yaml", Yaml.service("echo"));
    Tally afterwards = after(500);
    assertThat(afterwards.from("one")).as("%s", afterwards).isPositive();
    assertThat(afterwards.from("two")).as("%s", afterwards).isPositive();
  }

  @Test
  void noEndpointDisappearsWhenTheControlServiceRestarts() {
    mesh.killControl();
    mesh.restartControl();
    Tally during = after(3000);
    assertThat(during.failures()).as("%s", during).isZero();
    assertThat(during.from("one")).as("%s", during).isPositive();
    assertThat(during.from("two")).as("%s", during).isPositive();
  }

  @Test
  void killedEndpointCostsOnlyRequestsInFlight() {
    two.kill();
    Tally during = after(2000);
    assertThat(during.failures()).as("%s", during).isLessThanOrEqualTo(THREADS);
    assertThat(during.from("one")).isPositive();
  }

  @Test
  void killedEndpointCostsNothingWhenResetsAreRetried() {
    mesh.configure(
        "routes.yaml",
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata:
          name: echo
        spec:
          hosts: [echo]
          http:
            - route:
                - destination:
                    host: echo
              retries:
                attempts: 3
                retryOn: reset,connect-failure
        """);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> mesh.status("-o", "json").contains("SYNCED"));
    after(500);
    two.kill();
    Tally during = after(2000);
    assertThat(during.failures()).as("%s", during).isZero();
    assertThat(during.from("one")).isPositive();
  }

  @Test
  void stoppedEndpointCostsNothing() {
    two.terminate();
    Tally during = after(1000);
    assertThat(during.failures()).as("%s", during).isZero();
    assertThat(during.from("one")).isPositive();
  }

  private Tally after(long requests) {
    return Tally.after(caller, requests, Duration.ofSeconds(60));
  }

  private Tally tally() {
    return Tally.of(caller);
  }

  private static boolean seen(Tally tally, String server) {
    return tally.from(server) > 0;
  }
}
