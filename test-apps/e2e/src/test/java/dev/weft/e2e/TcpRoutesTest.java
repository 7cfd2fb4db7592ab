package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.TcpCaller;
import dev.weft.e2e.app.TcpEcho;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Connections that carry no requests, from rules in files to who answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TcpRoutesTest {

  private static final String PRINCIPAL = "spiffe://cluster.local/ns/default/sa/";

  private static final String V1 = "tcp-echo-v1";
  private static final String V2 = "tcp-echo-v2";

  private static final String TO_ALL = "- route: [{destination: {host: tcp-echo}}]\n";

  /** Where names lead without the mesh: nobody is there. */
  private static final String NOWHERE = "127.0.0.9";

  private static final String SERVICES =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: tcp-echo}
      spec:
        selector: {app: tcp-echo}
        ports: [{name: tcp, port: 9000}, {name: tcp-other, port: 9001}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: other}
      spec:
        selector: {app: other}
        ports: [{name: tcp, port: 9000}]
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: tcp-echo}
      spec:
        host: tcp-echo
        subsets:
        - {name: v1, labels: {version: v1}}
        - {name: v2, labels: {version: v2}}
      """;

  @TempDir static Path folder;
  private final Mesh mesh = new Mesh();
  private final int metrics = Ports.free();
  private final int otherMetrics = Ports.free();
  private Jvm caller;

  @BeforeAll
  void start() throws IOException {
    mesh.configure("services.yaml", SERVICES);
    mesh.configure("rule.yaml", rule(TO_ALL));
    echo("tcp-echo", "v1", mesh.identity("tcp-echo"));
    echo("tcp-echo", "v2", mesh.identity("tcp-echo"));
    echo("other", "v1", mesh.identity("other", otherMetrics));
    Path hosts = folder.resolve("hosts");
    Files.writeString(hosts, NOWHERE + " tcp-echo other localhost\n");
    Map<String, String> own = new HashMap<>(mesh.identity("caller", metrics));
    own.put("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
    caller = mesh.start("caller", "v1", own, TcpCaller.class, "-");
    untilOnly("other 9000", "other-v1");
    until("socket tcp-echo 9000", answers -> answers.keySet().equals(Set.of(V1, V2)));
  }

  @AfterAll
  void stop() {
    mesh.close();
  }

  private void echo(String service, String version, Map<String, String> environment) {
    String name = service + "-" + version;
    mesh.start(service, version, environment, TcpEcho.class, name, "-", "0");
  }

  /** A rule for tcp-echo with these routes. */
  private static String rule(String routes) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: tcp-echo}
    spec:
      hosts: [tcp-echo]
      tcp:
    """
        + routes.indent(2);
  }

  private static String to(String host, String subset) {
    return "route: [{destination: {host: " + host + ", subset: " + subset + "}}]\n";
  }

  private Map<String, Long> count(int times, String target) {
    return Tally.of(caller.ask("count " + times + " " + target, "tally ")).answers();
  }

  private void until(String target, Predicate<Map<String, Long>> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> count(10, target), condition);
  }

  private void untilOnly(String target, String answer) {
    until("socket " + target, answers -> answers.keySet().equals(Set.of(answer)));
  }

  @Test
  void connectionsAreSharedByWeight() {
    // Without a rule v1 has its share as well: it must come from this one.
    mesh.configure("rule.yaml", rule("- " + to("tcp-echo", "v2")));
    untilOnly("tcp-echo 9000", V2);
    mesh.configure(
        "rule.yaml",
        rule(
            """
            - route:
              - {destination: {host: tcp-echo, port: {number: 9000}, subset: v1}, weight: 80}
              - {destination: {host: tcp-echo, port: {number: 9000}, subset: v2}, weight: 20}
            """));
    until("socket tcp-echo 9000", answers -> answers.containsKey(V1));
    for (String kind : List.of("socket", "channel", "asynchronous")) {
      Map<String, Long> answers = count(200, kind + " tcp-echo 9000");
      assertThat(answers).as(kind).containsOnlyKeys(V1, V2);
      // Four standard deviations: 23.
      assertThat(answers.get(V1)).as(kind).isBetween(137L, 183L);
    }
  }

  @Test
  void newConnectionsFollowTheRuleAndOpenOnesStay() {
    mesh.configure("rule.yaml", rule("- " + to("tcp-echo", "v1")));
    untilOnly("tcp-echo 9000", V1);
    // The application sees what it asked for, as behind a sidecar.
    assertThat(caller.ask("open old socket tcp-echo 9000", "opened ", "failed "))
        .isEqualTo("opened old tcp-echo/" + NOWHERE + ":9000");
    assertThat(caller.ask("open older channel tcp-echo 9000", "opened ", "failed "))
        .isEqualTo("opened older tcp-echo/" + NOWHERE + ":9000 tcp-echo/" + NOWHERE);
    mesh.configure("rule.yaml", rule("- " + to("tcp-echo", "v2")));
    untilOnly("tcp-echo 9000", V2);
    for (String id : List.of("old", "older")) {
      assertThat(caller.ask("say " + id + " still", "answer ", "failed "))
          .isEqualTo("answer " + V1 + " still");
      caller.ask("close " + id, "closed ");
    }
  }

  @Test
  void theOtherEndMustBeWhoServesTheClusterThatWasPicked() throws IOException {
    mesh.configure("rule.yaml", rule("- route: [{destination: {host: other}}]\n"));
    untilOnly("tcp-echo 9000", "other-v1");
    String opened = "istio_tcp_connections_opened_total";
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(
                      Metrics.sum(
                          metrics,
                          opened,
                          "reporter=\"source\"",
                          "destination_service=\"other.default.svc.cluster.local\"",
                          "destination_principal=\"" + PRINCIPAL + "other\""))
                  .isGreaterThanOrEqualTo(10);
              assertThat(
                      Metrics.sum(
                          otherMetrics,
                          opened,
                          "reporter=\"destination\"",
                          "source_principal=\"" + PRINCIPAL + "caller\""))
                  .isGreaterThanOrEqualTo(10);
            });
    String failed = "weft_connections_refused_total";
    assertThat(Metrics.sum(metrics, failed, "reason=\"identity\"")).isZero();
  }

  @Test
  void theFirstMatchThatAdmitsTheCallerDecides() {
    mesh.configure(
        "rule.yaml",
        rule(
            """
            - match: [{gateways: [ingress], port: 9000}]
              route: [{destination: {host: other}}]
            - match: [{sourceLabels: {app: stranger}}, {sourceNamespace: elsewhere}]
              route: [{destination: {host: other}}]
            - match: [{destinationSubnets: [10.0.0.0/8]}]
              route: [{destination: {host: other}}]
            - match: [{port: 9001, sourceLabels: {app: caller}}]
              route: [{destination: {host: tcp-echo, subset: v2}}]
            - match: [{gateways: [ingress, mesh]}, {port: 9002}]
              route: [{destination: {host: tcp-echo, subset: v1}}]
            - route: [{destination: {host: other}}]
            """));
    untilOnly("tcp-echo 9001", V2);
    untilOnly("tcp-echo 9000", V1);
    mesh.configure(
        "rule.yaml",
        rule(
            """
            - match: [{destinationSubnets: [127.0.0.0/8]}]
              route: [{destination: {host: tcp-echo, subset: v1}}]
            - match: [{destinationSubnets: [127.0.0.9/32, 10.0.0.0/8]}]
              route: [{destination: {host: tcp-echo, subset: v2}}]
            """));
    untilOnly("tcp-echo 9000", V2);
  }

  @Test
  void whereNobodyIsNoConnectionIsMade() throws IOException {
    mesh.configure("rule.yaml", rule("- " + to("tcp-echo", "v1")));
    untilOnly("tcp-echo 9000", V1);
    mesh.configure("rule.yaml", rule("- " + to("tcp-echo", "missing")));
    untilOnly("tcp-echo 9000", "ConnectException");
    assertThat(caller.ask("open gone channel tcp-echo 9000", "opened ", "failed "))
        .isEqualTo(
            "failed java.net.ConnectException: mesh: no cluster:"
                + " outbound|9000|missing|tcp-echo.default.svc.cluster.local");
    assertThat(Metrics.sum(metrics, "weft_connections_refused_total", "reason=\"no cluster\""))
        .isGreaterThanOrEqualTo(11);
  }
}
