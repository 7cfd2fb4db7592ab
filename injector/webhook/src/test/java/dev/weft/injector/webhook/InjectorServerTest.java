package dev.weft.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.kubernetes.Cluster;
import dev.weft.harness.kubernetes.Binaries;
import dev.weft.harness.kubernetes.TestCluster;
import dev.weft.injector.InjectionRules;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The webhook's own side, beside a real API server that has its Secret and its configurations; the
 * test asks as the API server would, and believes what that is told to believe.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InjectorServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CALLS = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path files;

  private TestCluster cluster;
  private KubernetesClient admin;
  private Cluster reach;
  private InjectorServer server;

  @BeforeAll
  void start() throws Exception {
    Optional<Binaries> binaries = Binaries.find();
    assumeTrue(binaries.isPresent(), "no kube-apiserver");
    cluster = TestCluster.start(binaries.get());
    reach =
        new Cluster(Files.writeString(files.resolve("kubeconfig"), cluster.admin().text()), null);
    admin = reach.forQuestions();
    admin
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName("weft-system").endMetadata().build())
        .create();
    for (String kind : List.of("Mutating", "Validating")) {
      apply(
          """
          apiVersion: admissionregistration.k8s.io/v1
          kind: %sWebhookConfiguration
          metadata: {name: weft-injector}
          webhooks:
          - name: a.injector.weft.dev
            clientConfig: {service: {namespace: weft-system, name: weft-injector}}
            admissionReviewVersions: [v1]
            sideEffects: None
            rules: [{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [nothing]}]
          """
              .formatted(kind));
    }
    server = injector();
    Awaitility.await().atMost(PATIENCE).until(() -> server.trouble() == null);
  }

  private InjectorServer injector() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return InjectorServer.start(
        new InjectorSettings(
            InjectionRules.DEFAULT,
            new InjectorSettings.Names(
                "weft-system", "weft-injector", "certificate", "weft-injector", "weft-injector"),
            any,
            any,
            new InjectorSettings.Certificate(
                Duration.ofDays(1), Duration.ofSeconds(1), Duration.ofMillis(200))),
        reach);
  }

  @AfterAll
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
    if (cluster != null) {
      admin.close();
      cluster.close();
    }
  }

  private void apply(String yaml) {
    admin.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).serverSideApply();
  }

  private Asker asker() throws Exception {
    return Asker.connect(server.address(), "weft-injector.weft-system.svc", bundle());
  }

  private String bundle() {
    return admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("weft-injector")
        .get()
        .getWebhooks()
        .get(0)
        .getClientConfig()
        .getCaBundle();
  }

  private static byte[] review(String object, String more) {
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":
    {"uid":"u1","namespace":"shop","operation":"CREATE"%s,"object":%s}}\
    """
        .formatted(more, object)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode response(Asker.Response answer) throws IOException {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode review = JSON.readTree(answer.body());
    assertThat(review.path("kind").asText()).isEqualTo("AdmissionReview");
    assertThat(review.path("response").path("uid").asText()).isEqualTo("u1");
    return review.path("response");
  }

  @Test
  void bothConfigurationsAndEveryReplicaHaveOneCertificate() throws Exception {
    Secret secret = admin.secrets().inNamespace("weft-system").withName("certificate").get();
    assertThat(secret.getData()).containsOnlyKeys(SecretCertificateStore.KEY);
    assertThat(
            admin
                .admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName("weft-injector")
                .get()
                .getWebhooks()
                .get(0)
                .getClientConfig()
                .getCaBundle())
        .isEqualTo(bundle());
    String before = bundle();
    try (InjectorServer other = injector()) {
      Awaitility.await().atMost(PATIENCE).until(() -> other.trouble() == null);
      assertThat(bundle()).isEqualTo(before);
      Asker.connect(other.address(), "weft-injector.weft-system.svc", before).close();
    }
  }

  @Test
  void aBundleThatSomebodyHasChangedIsRepaired() {
    String before = bundle();
    admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName("weft-injector")
        .edit(
            there -> {
              there.getWebhooks().get(0).getClientConfig().setCaBundle("");
              return there;
            });
    Awaitility.await().atMost(PATIENCE).until(() -> before.equals(bundle()));
  }

  @Test
  void podsArePatchedAndWhatIsToBeSaidIsSaid() throws Exception {
    String pod =
        """
        {"metadata":{"generateName":"orders-","ownerReferences":[{"apiVersion":"apps/v1",
        "kind":"ReplicaSet","name":"orders","uid":"9","controller":true}]},
        "spec":{"containers":[{"name":"app","env":[{"name":"JAVA_TOOL_OPTIONS","valueFrom":
        {"configMapKeyRef":{"name":"a","key":"b","optional":true}}}]},{"name":"other"}]}}\
        """;
    namespace("shop");
    try (Asker asker = asker()) {
      JsonNode dry = response(asker.post("/inject", review(pod, ",\"dryRun\":true")));
      assertThat(dry.path("allowed").asBoolean()).isTrue();
      assertThat(dry.path("warnings").get(0).asText())
          .startsWith("weft: container app: JAVA_TOOL_OPTIONS is a valueFrom that is optional");
      JsonNode real = response(asker.post("/inject", review(pod, "")));
      assertThat(real.path("patch")).isEqualTo(dry.path("patch"));
      String patch =
          new String(
              Base64.getDecoder().decode(real.path("patch").asText()), StandardCharsets.UTF_8);
      assertThat(patch).contains("/spec/containers/1/env").doesNotContain("/spec/containers/0/env");
      asker.post("/inject", review(pod, ""));
    }
    Awaitility.await().atMost(PATIENCE).until(() -> events("shop").size() == 1);
    Event event = events("shop").get(0);
    assertThat(event.getReason()).isEqualTo("OptionsMayBeAbsent");
    assertThat(event.getInvolvedObject().getKind()).isEqualTo("ReplicaSet");
    assertThat(metrics())
        .contains("weft_injector_notices_total{reason=\"OptionsMayBeAbsent\"} 2")
        .contains("weft_injector_certificate_expiry_seconds ");
  }

  private void namespace(String name) {
    admin
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  private List<Event> events(String namespace) {
    return admin.v1().events().inNamespace(namespace).list().getItems();
  }

  private String metrics() throws IOException, InterruptedException {
    InetSocketAddress at = java.util.Objects.requireNonNull(server.monitoringAddress());
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.getPort() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void invalidResourcesAreRefusedWithTheAnalyzersWords() throws Exception {
    String good =
        """
        {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"a",
        "namespace":"shop","uid":"7","generation":1,"managedFields":[{}]},"spec":{"hosts":["a"],
        "http":[{"route":[{"destination":{"host":"a"}}]}]},"status":{}}\
        """;
    try (Asker asker = asker()) {
      JsonNode valid = response(asker.post("/validate", review(good, "")));
      assertThat(valid.path("allowed").asBoolean()).as(valid.toString()).isTrue();
      String bad = good.replace("\"host\":\"a\"}", "\"host\":\"a\"},\"weight\":-1");
      JsonNode refused = response(asker.post("/validate", review(bad, "")));
      assertThat(refused.path("allowed").asBoolean()).isFalse();
      assertThat(refused.path("status").path("message").asText())
          .startsWith("WEFT")
          .contains("weight: -1 (expected: ");
    }
  }

  @Test
  void whatIsNoQuestionIsRefused() throws Exception {
    for (String body : List.of("", "{", "[]", "{\"kind\":\"AdmissionReview\"}", "null")) {
      try (Asker asker = asker()) {
        assertThat(asker.post("/inject", body.getBytes(StandardCharsets.UTF_8)).status())
            .as(body)
            .isEqualTo(400);
      }
    }
    try (Asker asker = asker()) {
      Asker.Response answer = asker.post("/inject", review("{\"spec\":[]}", ""));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("the pod's spec: array (expected: an object)\n");
    }
  }

  @Test
  void tenMegabytesAreRefused() throws Exception {
    byte[] body = new byte[10 << 20];
    Arrays.fill(body, (byte) ' ');
    try (Asker asker = asker()) {
      assertThat(asker.post("/inject", body).status()).isEqualTo(413);
    }
    try (Asker asker = asker()) {
      assertThat(response(asker.post("/inject", review("{\"spec\":{}}", ""))).path("allowed"))
          .isNotNull();
    }
  }

  /** For people to read: a figure, not a bound. */
  @Test
  void howLongAnAnswerTakes() throws Exception {
    StringBuilder env = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      env.append(i == 0 ? "" : ",").append("{\"name\":\"V" + i + "\",\"value\":\"x\"}");
    }
    String pod = "{\"spec\":{\"containers\":[{\"name\":\"app\",\"env\":[" + env + "]}]}}";
    byte[] body = review(pod, ",\"dryRun\":true");
    long[] nanos = new long[CALLS];
    try (Asker asker = asker()) {
      for (int i = 0; i < 2 * CALLS; i++) {
        long began = System.nanoTime();
        assertThat(asker.post("/inject", body).status()).isEqualTo(200);
        nanos[i % CALLS] = System.nanoTime() - began;
      }
    }
    Arrays.sort(nanos);
    System.out.printf(
        "an answer with 100 variables: median %.2f ms, p99 %.2f ms, worst %.2f ms%n",
        nanos[CALLS / 2] / 1e6, nanos[CALLS * 99 / 100] / 1e6, nanos[CALLS - 1] / 1e6);
  }
}
