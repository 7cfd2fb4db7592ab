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
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A label on a namespace, and the JVMs in it are meshed: Istio's Bookinfo in a cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BookinfoInClusterTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int REQUESTS = 1_000;
  private static final int RULES = 40;
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
  private boolean installed;
  private final Map<String, TestNode.Running> pods = new TreeMap<>();

  @RegisterExtension
  final AfterTestExecutionCallback tails =
      test -> {
        if (test.getExecutionException().isPresent()) {
          System.out.println(mesh.tails());
        }
      };

  @BeforeAll
  void install() throws Exception {
    Optional<InstalledMesh.Parts> parts = InstalledMesh.Parts.find(logs);
    assumeTrue(parts.isPresent(), "no cluster");
    mesh = InstalledMesh.install(parts.get(), "--set", "control.replicas=2");
    mesh.namespace("bookinfo", Map.of("weft.dev/inject", "enabled"));
    mesh.namespace("rules", Map.of());
    try (InputStream text = getClass().getResourceAsStream("bookinfo.yaml")) {
      mesh.apply(new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8));
    }
    mesh.awaitRoots("bookinfo");
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
    installed = true;
  }

  @AfterAll
  void stop() throws Exception {
    if (mesh != null) {
      if (!installed) {
        System.out.println(mesh.tails());
      }
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
    shiftToV2();
    mesh.apply(SPLIT);
    // The only caller has the new rule as soon as it reaches what the old one did not.
    Awaitility.await().atMost(PATIENCE).until(() -> split(1).containsKey("v1"));
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
    mesh.delete(STRICT);
  }

  @Test
  void aPodLeavesTheMeshAndComesBackWhileItRuns() throws Exception {
    mesh.apply(STRICT);
    Pod details = Objects.requireNonNull(pods.get("details-v1")).pod();
    awaitDetailsInPlaintext(403);
    try (Load load = new Load()) {
      mesh.label(details, "weft.dev/enabled", "false");
      awaitDetailsInPlaintext(200);
      assertThat(page().body()).contains("\"details\"");
      assertThat(load.statuses()).containsOnlyKeys(200);
    }
    mesh.label(details, "weft.dev/enabled", null);
    awaitDetailsInPlaintext(403);
    awaitPages();
    mesh.delete(STRICT);
  }

  private void shiftToV2() {
    mesh.apply(SPLIT.replace("weight: 80", "weight: 0").replace("weight: 20", "weight: 100"));
    Awaitility.await().atMost(PATIENCE).until(() -> split(20).getOrDefault("v2", 0) == 20);
  }

  /** Until each caller has left the connections that it had made otherwise. */
  private void awaitPages() {
    Awaitility.await().atMost(PATIENCE).until(() -> pages(50).equals(Map.of(200, 50)));
  }

  private void awaitDetailsInPlaintext(int status) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get("details-v1", "/details/0").statusCode())
                    .as("without mutual TLS")
                    .isEqualTo(status));
  }

  @Test
  void noRequestFailsWhileWhatGovernsThemDies() throws Exception {
    mesh.apply(SPLIT);
    awaitPages();
    try (Load load = new Load();
        StatusWrites writes = new StatusWrites(mesh.admin(), "rules")) {
      TestNode.Running leader = mesh.leader();
      mesh.apply(rules(RULES));
      Awaitility.await().atMost(PATIENCE).until(() -> !writes.seen().isEmpty());
      leader.crash();
      Awaitility.await().atMost(PATIENCE).until(() -> writes.seen().size() == RULES);
      assertThat(mesh.leader()).isNotSameAs(leader);
      // Each rule has been written to once, by the one or by the other.
      assertThat(writes.seen().values()).containsOnly(1);

      for (TestNode.Running control : mesh.control()) {
        control.crash();
      }
      mesh.cluster().kill();
      split(50);
      mesh.cluster().restart();
      mesh.awaitControl();
      // The watches go on: what is changed now is in force.
      shiftToV2();
      System.out.println("while leader, control services, API server died: " + load.statuses());
      assertThat(load.statuses()).containsOnlyKeys(200);
    }
  }

  /** Rules that say something wrong each, so that it is written into their status. */
  private static String rules(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                """
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: rule-%1$d, namespace: rules}
                spec:
                  hosts: [rule-%1$d.example.com]
                  http: [{route: [{destination: {host: nowhere}}]}]
                """
                    .formatted(i))
        .collect(Collectors.joining());
  }

  /** One page after the other, until it is closed. */
  private final class Load implements AutoCloseable {
    private final Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "load");

    Load() {
      thread.start();
    }

    private void run() {
      while (!stopped.get()) {
        int status;
        try {
          status = page().statusCode();
        } catch (IOException | InterruptedException e) {
          status = -1;
        }
        statuses.merge(status, 1, Integer::sum);
      }
    }

    /** How often each was seen up to now; -1: no answer. */
    Map<Integer, Integer> statuses() {
      return Map.copyOf(statuses);
    }

    @Override
    public void close() throws InterruptedException {
      stopped.set(true);
      thread.join();
    }
  }

  private Map<Integer, Integer> pages(int requests) throws IOException, InterruptedException {
    Map<Integer, Integer> seen = new TreeMap<>();
    for (int i = 0; i < requests; i++) {
      seen.merge(page().statusCode(), 1, Integer::sum);
    }
    return seen;
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
