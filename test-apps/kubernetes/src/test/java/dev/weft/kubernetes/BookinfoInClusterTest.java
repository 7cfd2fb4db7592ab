package dev.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A label on a namespace, and the JVMs in it are meshed: Istio's Bookinfo in a cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BookinfoInClusterTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int REQUESTS = 1_000;
  private static final Pattern REVIEWS = Pattern.compile("reviews-(v[0-9])");

  private static final String SPLIT =
      """
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: reviews, namespace: bookinfo}
      spec:
        host: reviews
        trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}
        subsets:
        - {name: v1, labels: {version: v1}}
        - {name: v2, labels: {version: v2}}
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: reviews, namespace: bookinfo}
      spec:
        hosts: [reviews]
        http:
        - route:
          - {destination: {host: reviews, subset: v1}, weight: 80}
          - {destination: {host: reviews, subset: v2}, weight: 20}
      """;
  private static final String STRICT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: bookinfo}
      spec: {mtls: {mode: STRICT}}
      ---
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: productpage, namespace: bookinfo}
      spec:
        selector: {matchLabels: {app: productpage}}
        mtls: {mode: PERMISSIVE}
      """;
  private static final String DENY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: details, namespace: bookinfo}
      spec:
        selector: {matchLabels: {app: details}}
        action: DENY
        rules:
        - from:
          - source: {principals: [cluster.local/ns/bookinfo/sa/bookinfo-productpage]}
      """;

  @TempDir static Path logs;

  private InstalledMesh mesh;
  private final Map<String, TestNode.Running> pods = new TreeMap<>();

  @BeforeAll
  void install() throws Exception {
    Optional<InstalledMesh.Parts> parts = InstalledMesh.Parts.find(logs);
    assumeTrue(parts.isPresent(), "no cluster");
    mesh = InstalledMesh.install(parts.get());
    mesh.namespace("bookinfo", Map.of("weft.dev/inject", "enabled"));
    try (InputStream text = getClass().getResourceAsStream("bookinfo.yaml")) {
      mesh.apply(new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8));
    }
    awaitRoots();
    for (Deployment deployment :
        mesh.admin().apps().deployments().inNamespace("bookinfo").list().getItems()) {
      pods.put(deployment.getMetadata().getName(), mesh.controllers().run(deployment));
    }
    mesh.controllers().endpoints();
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () -> {
              HttpResponse<String> page = page();
              assertThat(page.statusCode()).isEqualTo(200);
              assertThat(page.body()).contains("reviews-v");
            });
  }

  private void awaitRoots() {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                mesh.admin().configMaps().inNamespace("bookinfo").withName("weft-root").get()
                    != null);
  }

  @AfterAll
  void stop() throws Exception {
    if (mesh != null) {
      System.out.println(mesh.tails());
      mesh.close();
    }
  }

  private HttpResponse<String> page() throws IOException, InterruptedException {
    return get("productpage-v1", "/api/v1/products/0");
  }

  private HttpResponse<String> get(String pod, String path)
      throws IOException, InterruptedException {
    String address = Objects.requireNonNull(pods.get(pod)).address();
    return InstalledMesh.get(URI.create("http://" + address + ":9080" + path));
  }

  @Test
  void podsArePatchedByTheWebhook() {
    for (TestNode.Running each : pods.values()) {
      Pod pod = each.pod();
      assertThat(pod.getMetadata().getAnnotations().get("weft.dev/status"))
          .as(pod.getMetadata().getName())
          .contains("\"containers\":[");
      assertThat(pod.getMetadata().getLabels()).containsEntry("security.istio.io/tlsMode", "istio");
    }
  }

  @Test
  void trafficSplitsAndPoliciesHoldByServiceAccount() throws Exception {
    mesh.apply(SPLIT);
    Awaitility.await().atMost(PATIENCE).until(() -> split(50).getOrDefault("v1", 0) >= 25);
    Map<String, Integer> split = split(REQUESTS);
    System.out.println("reviews: " + split);
    // 80:20 within four standard deviations.
    assertThat(split.get("v1")).isBetween(750, 850);

    mesh.apply(STRICT);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> get("reviews-v1", "/reviews/0"))
                    .isInstanceOf(IOException.class));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get("details-v1", "/details/0").statusCode())
                    .as("no probe")
                    .isNotEqualTo(200));
    assertThat(get("details-v1", "/details/1").statusCode())
        .as("the kubelet's probe")
        .isEqualTo(200);
    assertThat(page().statusCode()).isEqualTo(200);

    mesh.apply(DENY);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(page().statusCode()).isEqualTo(502));
    mesh.delete(DENY);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(page().statusCode()).isEqualTo(200));
  }

  @Test
  void noRequestFailsWhileWhatGovernsThemDies() throws Exception {
    mesh.apply(SPLIT);
    AtomicBoolean stopped = new AtomicBoolean();
    CompletableFuture<Map<Integer, Integer>> load =
        CompletableFuture.supplyAsync(
            () -> {
              Map<Integer, Integer> seen = new TreeMap<>();
              while (!stopped.get()) {
                try {
                  seen.merge(page().statusCode(), 1, Integer::sum);
                } catch (IOException | InterruptedException e) {
                  seen.merge(-1, 1, Integer::sum);
                }
              }
              return seen;
            });
    mesh.control().get(0).crash();
    mesh.cluster().kill();
    split(50);
    mesh.cluster().restart();
    mesh.awaitControl();
    // The watches go on: what is changed now is in force.
    mesh.apply(SPLIT.replace("weight: 80", "weight: 0").replace("weight: 20", "weight: 100"));
    Awaitility.await().atMost(PATIENCE).until(() -> split(20).getOrDefault("v2", 0) == 20);
    stopped.set(true);
    Map<Integer, Integer> seen = load.get();
    System.out.println("while control service and API server died: " + seen);
    assertThat(seen).containsOnlyKeys(200);
  }

  private Map<String, Integer> split(int requests) throws IOException, InterruptedException {
    Map<String, Integer> seen = new TreeMap<>();
    for (int i = 0; i < requests; i++) {
      HttpResponse<String> page = page();
      Matcher matcher = REVIEWS.matcher(page.body());
      seen.merge(matcher.find() ? matcher.group(1) : "none " + page.statusCode(), 1, Integer::sum);
    }
    return seen;
  }
}
