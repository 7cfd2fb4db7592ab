package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies by who asks, put in force, tried and taken back while everything runs. */
class AuthorizationTest {

  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo, annotations: {istio.io/dry-run: "%s"}}
      spec:
        selector: {matchLabels: {app: echo}}
        action: %s
        rules:
        - from: [{source: {%s}}]
      """;

  private static final String URL = "http://echo:8080/?token=hidden";

  private final Mesh mesh = new Mesh();
  private Jvm echo;
  private Jvm friend;
  private Jvm stranger;

  @BeforeEach
  void start() {
    mesh.configure("service.yaml", Yaml.service("echo"));
    echo = mesh.start("echo", "v1", mesh.identity("echo"), Echo.class, "one", "0");
    friend = mesh.start("friend", "v1", mesh.identity("friend"), Caller.class);
    stranger = mesh.start("stranger", "v1", mesh.identity("stranger"), Caller.class);
    until(200, 200);
  }

  @AfterEach
  void stop() {
    mesh.close();
  }

  private void until(int ofFriend, int ofStranger) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(get(friend)).startsWith("answer " + ofFriend);
              assertThat(get(stranger)).startsWith("answer " + ofStranger);
            });
  }

  private static String get(Jvm from) {
    return from.ask("get " + URL, "answer ", "failed ");
  }

  private List<String> audited() {
    return echo.output().stream().filter(line -> line.contains("\"audit\":")).toList();
  }

  @Test
  void policiesActByWhoHasProvedToBe() throws IOException, InterruptedException {
    mesh.configure("policy.yaml", POLICY.formatted(false, "ALLOW", "serviceAccounts: [friend]"));
    until(200, 403);
    assertThat(get(stranger)).isEqualTo("answer 403 RBAC: access denied");
    // Whoever has proved nothing is nobody, whatever he says.
    assertThat(EnvoyProcess.get(echo.port(), "/").statusCode()).isEqualTo(403);
    assertThat(audited())
        .isNotEmpty()
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "\"audit\":\"DENIED\"",
                        "\"principal\":\"spiffe://cluster.local/ns/default/sa/stranger\"",
                        "\"method\":\"GET\"",
                        "\"path\":\"/\"")
                    .doesNotContain("hidden"));
    // An edit that is not valid leaves the last good policy in force, and a file that is gone none.
    mesh.configure("policy.yaml", POLICY.formatted(false, "MAYBE", "serviceAccounts: [friend]"));
    assertThat(get(stranger)).startsWith("answer 403");
    mesh.configure(
        "policy.yaml",
        POLICY.formatted(false, "DENY", "principals: [\"cluster.local/ns/default/sa/friend\"]"));
    until(403, 200);
    mesh.configure("policy.yaml", "");
    until(200, 200);
  }

  @Test
  void dryRunsAreOnlyTold() {
    mesh.configure("policy.yaml", POLICY.formatted(true, "DENY", "namespaces: [default]"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(get(friend)).startsWith("answer 200");
              assertThat(audited())
                  .anySatisfy(
                      line ->
                          assertThat(line)
                              .contains(
                                  "\"audit\":\"WOULD_DENY\"",
                                  "\"policy\":\"ns[default]-policy[echo]-rule[0]\""));
            });
  }
}
