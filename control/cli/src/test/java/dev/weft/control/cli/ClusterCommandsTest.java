package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.kubernetes.Cluster;
import dev.weft.control.server.ControlServer;
import dev.weft.control.server.ControlSettings;
import dev.weft.control.source.keys.FetchRules;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Commands of a whole cluster. */
class ClusterCommandsTest extends ClusterCommandTest {

  @BeforeAll
  void make() {
    apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: weft-system}
        """);
  }

  @Test
  void warningsAreNoFailure() {
    Result result = run("check", "--pre");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .containsPattern("(?m)^ok +api-server +Kubernetes v1\\.")
        .containsPattern("(?m)^warning +istio-kinds +Istio's CRDs are missing: ")
        .containsPattern("(?m)^ +→ helm install istio-base ");
  }

  @Test
  void failuresAreOneAndInJsonAsWell() throws Exception {
    Result result = run("check", "--revision", "canary", "-o", "json");
    assertThat(result.exit()).isOne();
    JsonNode checks = new ObjectMapper().readTree(result.out());
    assertThat(checks).hasSizeGreaterThan(5);
    assertThat(checks)
        .anySatisfy(
            it -> {
              assertThat(it.path("name").asText()).isEqualTo("control");
              assertThat(it.path("status").asText()).isEqualTo("FAILURE");
              assertThat(it.path("message").asText())
                  .isEqualTo("there is no Deployment weft-system/weft-control-canary");
              assertThat(it.path("hint").asText())
                  .contains("weftctl install --namespace weft-system --revision canary");
            });
  }

  @Test
  void aContextThatIsNotThereIsTold() {
    Result result = run("check", "--context", "elsewhere");
    assertThat(result.exit()).isOne();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("there is no context elsewhere (expected: one of [test])");
  }

  @Test
  void theStateOfAClusterNeedsAControlServiceThatIsReady() throws Exception {
    Result nothing = run("status");
    assertThat(nothing.exit()).isOne();
    assertThat(nothing.err())
        .contains("there is no Service weft-system/weft-control (expected: an installation");
    apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: weft-control, namespace: weft-system}
        spec: {selector: {app: weft-control}, ports: [{port: 15012}]}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: default, namespace: weft-system}
        """);
    Result nobody = run("status", "-n", "weft-system");
    assertThat(nobody.exit()).isOne();
    assertThat(nobody.err()).contains("no pod of weft-control in weft-system is ready");
    apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: weft-control-1, namespace: weft-system, labels: {app: weft-control}}
        spec: {nodeName: nowhere, containers: [{name: it, image: weft}]}
        """);
    admin
        .pods()
        .inNamespace("weft-system")
        .withName("weft-control-1")
        .editStatus(ClusterCommandsTest::ready);
    Result other = run("status", "--pod", "weft-control-2");
    assertThat(other.err())
        .contains("no pod weft-control-2 in weft-system is ready (expected: weft-control-1)");
    // There is no node, so that nobody answers.
    Result away = run("status");
    assertThat(away.exit()).isOne();
    assertThat(away.out()).isEmpty();
    assertThat(away.err()).contains("weft-control-1 does not answer through the API server");
  }

  private static Pod ready(Pod pod) {
    return new PodBuilder(pod)
        .withNewStatus()
        .withPhase("Running")
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  @Test
  void tokensAreMadeListedAndRevokedWhereReplicasShareThem() throws Exception {
    List<String> where = List.of("--ca-secret", "weft-shared", "-n", "weft-system");
    Result early = token(where, "list");
    assertThat(early.exit()).isOne();
    assertThat(early.err())
        .contains("root.pem of the Secret weft-system/weft-shared is not there yet");
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ControlServer.start(
            new ControlSettings(
                new ControlSettings.Source.Kubernetes(
                    new Cluster(Path.of(kubeconfig), null),
                    ControlSettings.DEFAULT_AUDIENCE,
                    new ControlSettings.Home("weft-system", "", "weft-shared")),
                any,
                any,
                directory.resolve("state"),
                new ControlSettings.Identity(any, null, Duration.ofHours(1)),
                FetchRules.DEFAULT))
        .close();
    Result made = token(where, "make", "--service-account", "db", "--uses", "3");
    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.err()).contains("sa/db, a pure client, until", ", 3 certificates;");
    JsonNode listed = new ObjectMapper().readTree(token(where, "list", "-o", "json").out());
    assertThat(listed).hasSize(1);
    assertThat(listed.path(0).path("uses").asInt()).isEqualTo(3);
    assertThat(token(where, "list").out()).containsPattern("sa/db .* usable +0/3 ");
    String id = listed.path(0).path("id").asText();
    assertThat(token(where, "revoke", id).exit()).isZero();
    assertThat(token(where, "list").out()).containsPattern(id + ".* revoked ");
    Result domain =
        token(where, "make", "--service-account", "db", "--trust-domain", "elsewhere.test");
    assertThat(domain.err())
        .contains("weft-shared is of the trust domain cluster.local (expected: elsewhere.test)");
    assertThat(token(where, "make", "--service-account", "db", "--uses", "0").err())
        .contains("--uses: 0 (expected: 1 or more)");
    assertThat(token(List.of(), "list").err())
        .contains("a cluster without its Secret (expected: --ca-secret)");
    assertThat(token(where, "list", "--state", directory.toString()).err())
        .contains("--state and --ca-secret (expected: one of them)");
  }

  private Result token(List<String> where, String... command) {
    List<String> all = new ArrayList<>(List.of("token"));
    all.addAll(List.of(command));
    all.addAll(where);
    return run(all.toArray(String[]::new));
  }

  @Test
  void aServerAndAClusterAreTwo() {
    Result result = run("status", "--server", "127.0.0.1:15014");
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("--server and a cluster (expected: one of them)");
  }

  @Test
  void anAccountThatNobodyHasIsTold() throws Exception {
    define("AuthorizationPolicy", "authorizationpolicies", "security.istio.io");
    apply(
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: callers, namespace: weft-system}
        spec: {rules: [{from: [{source: {serviceAccounts: [caller]}}]}]}
        """);
    assertThat(run("analyze", "-A").out())
        .contains("WEFT0319", "weft-system/caller is no service account");
    Path files = Files.createDirectory(directory.resolve("accounts"));
    Files.writeString(
        files.resolve("caller.yaml"),
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: caller, namespace: weft-system}}");
    Result applied = run("analyze", files.toString());
    assertThat(applied.err()).contains(" warnings, ");
    assertThat(applied.out()).doesNotContain("WEFT0319");
  }

  @Test
  void aClusterIsAnalyzedAndWhatItWouldBe() throws Exception {
    String written =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: split, namespace: weft-system}
        spec: {hosts: [weft], http: [{retries: {attempts: %s}, route: [{destination: {host: weft}}]}]}
        """;
    define("VirtualService", "virtualservices", "networking.istio.io");
    apply(written.formatted("-1"));
    Result wrong = run("analyze", "-A");
    assertThat(wrong.exit()).as(wrong.out() + wrong.err()).isOne();
    assertThat(wrong.out()).contains("VirtualService/weft-system/split", "attempts");
    // With a file applied it would be right, whatever else there is.
    Path files = Files.createDirectory(directory.resolve("files"));
    Files.writeString(files.resolve("split.yaml"), written.formatted("2"));
    Result right = run("analyze", files.toString());
    assertThat(right.exit()).as(right.out() + right.err()).isZero();
    assertThat(right.out()).doesNotContain("attempts");
    // And the other way about.
    Files.writeString(files.resolve("other.yaml"), written.formatted("-2").replace("split", "new"));
    Result other = run("analyze", files.toString());
    assertThat(other.exit()).isOne();
    assertThat(other.out())
        .contains("other.yaml", "attempts")
        .doesNotContain("VirtualService/weft-system/split");
  }
}
