package dev.weft.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.ca.CertificateAuthority;
import dev.weft.control.ca.RootRotation;
import dev.weft.control.config.Resolver;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.WorkloadSource;
import dev.weft.control.source.MeshSource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Replicas on a real API server, with the rights that they have and no others. */
class ClusterWriterTest extends ClusterTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String OURS = "weft.dev/Valid";

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: ratings, namespace: default}
      spec: {selector: {app: ratings}, ports: [{name: http, port: 9080}]}
      """;

  private static final List<String> EXCLUDED =
      List.of("kube-system", "kube-public", "kube-node-lease");

  private final List<AutoCloseable> parts = new ArrayList<>();
  private int settled;
  private Cluster control;

  /** A replica without the ports. */
  private record Replica(MeshSource models, ClusterWriter writer, List<AutoCloseable> parts)
      implements AutoCloseable {
    @Override
    public void close() throws Exception {
      for (AutoCloseable part : parts) {
        part.close();
      }
    }
  }

  @BeforeAll
  void prepare() throws Exception {
    installIstio();
    control = control();
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable part : parts) {
      part.close();
    }
    parts.clear();
    admin.leases().inNamespace("weft-system").withName("weft-control").delete();
  }

  private Replica replica(Path state) throws Exception {
    CertificateAuthority authority =
        CertificateAuthority.open(
            state,
            new CertificateAuthority.Issuing(null, null),
            new CertificateAuthority.Workloads(Duration.ofHours(1), null),
            InstantSource.system());
    ClusterSource source =
        ClusterSource.open(control, MeshSettings.DEFAULT, new Nobody(), PATIENCE);
    MeshSource models =
        MeshSource.open(
            new Resolver(MeshSettings.DEFAULT),
            source.config(),
            source.workloads(),
            authority.trust());
    ClusterWriter writer =
        ClusterWriter.open(
            control, new ClusterWriter.Home("weft-system", ""), source, models, authority.trust());
    Replica replica = new Replica(models, writer, List.of(writer, models, source, authority));
    parts.add(replica);
    return replica;
  }

  private static final class Nobody implements WorkloadSource {
    @Override
    public Snapshot workloads() {
      return new Snapshot(List.of(), List.of());
    }

    @Override
    public ModelSource.Subscription onChange(Runnable changed) {
      return () -> {};
    }
  }

  private static Path state() throws IOException {
    return Files.createTempDirectory(files, "state");
  }

  /** Its destination is a service, or is not. */
  private void rule(String name, String timeout, String destination) {
    apply(
        String.format(
            Locale.ROOT,
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: %1$s, namespace: default}
            spec:
              hosts: [%1$s.example.com]
              http: [{timeout: %2$s, route: [{destination: {host: %3$s}}]}]
            """,
            name,
            timeout,
            destination));
  }

  private Resource<GenericKubernetesResource> at(String name) {
    return at("VirtualService", name);
  }

  private Resource<GenericKubernetesResource> at(String kind, String name) {
    WatchedKind watched =
        WatchedKind.all().stream().filter(it -> it.kind().equals(kind)).findFirst().orElseThrow();
    return admin
        .genericKubernetesResources(watched.context(watched.versions().get(0)))
        .inNamespace(NAMESPACE)
        .withName(name);
  }

  /** Of a rule, by type; null: the rule is not there. */
  private @Nullable Map<String, Map<?, ?>> conditions(String name) {
    return conditions(at(name));
  }

  private static @Nullable Map<String, Map<?, ?>> conditions(
      Resource<GenericKubernetesResource> at) {
    GenericKubernetesResource resource = at.get();
    if (resource == null) {
      return null;
    }
    Map<String, Map<?, ?>> all = new TreeMap<>();
    if (resource.getAdditionalProperties().get("status") instanceof Map<?, ?> status
        && status.get("conditions") instanceof List<?> list) {
      for (Object each : list) {
        Map<?, ?> condition = (Map<?, ?>) each;
        all.put(String.valueOf(condition.get("type")), condition);
      }
    }
    return all;
  }

  private boolean isFound(String name, String code, long generation) {
    Map<?, ?> ours = Objects.requireNonNull(conditions(name)).get(OURS);
    return ours != null
        && code.equals(ours.get("reason"))
        && ours.get("observedGeneration").toString().equals(String.valueOf(generation));
  }

  private String version(String name) {
    return at(name).get().getMetadata().getResourceVersion();
  }

  /**
   * Until nothing is left to be written: for what other tests have left, too. In what order one
   * look writes is not said, so that only the next one shows that the first has ended.
   */
  private void settle(Replica replica, Path state) throws Exception {
    awaitRoots(Files.readString(state.resolve("ca/root-certificate.pem")));
    String name = "settled-" + ++settled;
    for (int look = 1; look <= 2; look++) {
      rule(name, look + "s", "nowhere");
      int generation = look;
      await(() -> isFound(name, "WEFT0302", generation));
    }
    replica.writer.awaitCounted();
  }

  /** Until every namespace has these roots: another authority's may be there. */
  private void awaitRoots(String bundle) {
    await(
        () ->
            admin.namespaces().list().getItems().stream()
                .map(it -> it.getMetadata().getName())
                .filter(it -> !EXCLUDED.contains(it))
                .allMatch(it -> bundle.equals(root(it))));
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).until(condition);
  }

  @Test
  void findingsAreWrittenChangedAndTakenBackOnceEach() throws Exception {
    apply(SERVICE);
    rule("split", "3s", "nowhere");
    at("split")
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"conditions\":[{\"type\":\"Reconciled\",\"status\":\"True\"}]}}");
    List<String> seen = new CopyOnWriteArrayList<>();
    Path state = state();
    Replica first = replica(state);
    try (Watch watch = at("split").watch(new Versions(seen))) {
      await(() -> isFound("split", "WEFT0302", 1));
      Map<?, ?> ours = conditions("split").get(OURS);
      assertThat(ours.get("status")).isEqualTo("True");
      assertThat(ours.get("message").toString()).contains("nowhere");
      assertThat(conditions("split")).containsKey("Reconciled");

      settle(first, state);
      // A write of ours is no change of the configuration.
      MeshModel model = first.models.current();
      long writes = first.writer.writes();
      rule("other", "3s", "nowhere");
      await(() -> isFound("other", "WEFT0302", 1));
      first.writer.awaitCounted();
      assertThat(first.writer.writes()).isEqualTo(writes + 1);
      assertThat(first.models.current()).isNotSameAs(model);
      MeshModel after = first.models.current();
      at("split")
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":[]}}");
      rule("other", "4s", "nowhere");
      await(() -> isFound("other", "WEFT0302", 2));
      assertThat(first.models.current().rules()).isNotEqualTo(after.rules());

      // A new generation with the same findings is told; one without takes ours back alone.
      rule("split", "4s", "nowhere");
      await(() -> isFound("split", "WEFT0302", 2));
      rule("split", "4s", "ratings");
      await(() -> !conditions("split").containsKey(OURS));
      assertThat(conditions("split")).containsKey("Reconciled");
      await(() -> seen.contains(version("split")));
      // The rule's two changes and our three writes: nothing was written twice.
      assertThat(seen.stream().distinct().count()).as(seen.toString()).isEqualTo(1 + 2 + 3);
    }
  }

  @Test
  void anAccountThatIsNotThereIsToldUntilItIs() throws Exception {
    apply(
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: callers, namespace: default}
        spec: {rules: [{from: [{source: {principals: [cluster.local/ns/default/sa/caller]}}]}]}
        """);
    Replica replica = replica(state());
    Resource<GenericKubernetesResource> callers = at("AuthorizationPolicy", "callers");
    await(() -> conditions(callers).containsKey(OURS));
    Map<?, ?> told = conditions(callers).get(OURS);
    assertThat(told.get("reason")).isEqualTo("WEFT0319");
    assertThat(told.get("status")).isEqualTo("True");
    assertThat(told.get("message").toString())
        .contains("default/caller is no service account", "spec.rules[0].from[0].source");
    account(NAMESPACE, "caller");
    await(() -> !conditions(callers).containsKey(OURS));
    admin.serviceAccounts().inNamespace(NAMESPACE).withName("caller").delete();
    await(() -> conditions(callers).containsKey(OURS));
    replica.writer.awaitCounted();
    assertThat(replica.writer.writes()).isGreaterThanOrEqualTo(3);
    callers.delete();
  }

  @Test
  void whatAnEndedRevisionHasWrittenIsRemovedAndNothingElse() throws Exception {
    Path state = state();
    Replica replica = replica(state);
    for (int i = 0; i < 20; i++) {
      rule("left-" + i, "3s", "nowhere");
    }
    rule("found-by-two", "3s", "nowhere");
    await(() -> IntStream.range(0, 20).allMatch(i -> isFound("left-" + i, "WEFT0302", 1)));
    await(() -> isFound("found-by-two", "WEFT0302", 1));
    settle(replica, state);
    replica.close();
    String canary = "canary." + OURS;
    at("found-by-two")
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\": \"add\", \"path\": \"/status/conditions/-\", \"value\": {\"type\": \""
                + canary
                + "\", \"status\": \"True\"}}]");
    Cluster owner = reach(cluster.admin());
    assertThat(LeftConditions.remove(owner, "")).isGreaterThanOrEqualTo(21);
    for (int i = 0; i < 20; i++) {
      assertThat(conditions("left-" + i)).isEmpty();
      at("left-" + i).delete();
    }
    assertThat(conditions("found-by-two")).containsOnlyKeys(canary);
    assertThat(LeftConditions.remove(owner, "")).isZero();
    assertThat(LeftConditions.remove(owner, "canary")).isOne();
    assertThat(conditions("found-by-two")).isEmpty();
    account(NAMESPACE, "reader");
    Cluster reader = reach(cluster.admin().as(token(NAMESPACE, "reader")));
    assertThatThrownBy(() -> LeftConditions.remove(reader, ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot list resource");
  }

  @Test
  void whoeverTakesOverWritesNothingThatIsThere() throws Exception {
    for (int i = 0; i < 20; i++) {
      rule("many-" + i, "3s", "nowhere");
    }
    Path state = state();
    Replica first = replica(state);
    await(() -> IntStream.range(0, 20).allMatch(i -> isFound("many-" + i, "WEFT0302", 1)));
    settle(first, state);
    Map<String, String> before = versions();
    Replica second = replica(state);
    assertThat(first.writer.leads()).isTrue();
    assertThat(second.writer.leads()).isFalse();
    first.close();
    // It was let go: nobody waits until it is over.
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(second.writer::leads);
    rule("sentinel", "3s", "nowhere");
    await(() -> isFound("sentinel", "WEFT0302", 1));
    second.writer.awaitCounted();
    assertThat(second.writer.writes()).isEqualTo(1);
    assertThat(versions()).isEqualTo(before);
  }

  /** Whoever ends amid its work says nothing of a server that did not answer. */
  @Test
  void theWriteInHandIsEnded() throws Exception {
    Path state = state();
    Replica replica = replica(state);
    settle(replica, state);
    List<String> said = new CopyOnWriteArrayList<>();
    Logger log = Logger.getLogger(StatusWriter.class.getName());
    Handler handler = new Listener(said);
    log.addHandler(handler);
    try {
      long before = replica.writer.writes();
      for (int i = 0; i < 40; i++) {
        rule("amid-" + i, "3s", "nowhere");
      }
      await(() -> replica.writer.writes() >= before + 5);
      replica.writer.close();
      long written = replica.writer.writes() - before;
      assertThat(said).isEmpty();
      assertThat(IntStream.range(0, 40).filter(i -> isFound("amid-" + i, "WEFT0302", 1)).count())
          .isEqualTo(written);
    } finally {
      log.removeHandler(handler);
      for (int i = 0; i < 40; i++) {
        at("amid-" + i).delete();
      }
    }
  }

  private static final class Listener extends Handler {
    private final List<String> said;

    Listener(List<String> said) {
      this.said = said;
    }

    @Override
    public void publish(LogRecord line) {
      said.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private Map<String, String> versions() {
    Map<String, String> all = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      all.put("many-" + i, version("many-" + i));
    }
    return all;
  }

  @Test
  void aHolderThatSaysNothingLosesItsLease() throws Exception {
    admin
        .leases()
        .inNamespace("weft-system")
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withName("weft-control")
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity("killed")
                .withLeaseDurationSeconds(4)
                // By a clock that is an hour ahead.
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1))
                .endSpec()
                .build())
        .create();
    Replica replica = replica(state());
    assertThat(replica.writer.leads()).isFalse();
    await(replica.writer::leads);
    assertThat(
            admin
                .leases()
                .inNamespace("weft-system")
                .withName("weft-control")
                .get()
                .getSpec()
                .getLeaseTransitions())
        .isEqualTo(1);
  }

  @Test
  void theRootsAreInEveryNamespaceWhateverHappensToThem() throws Exception {
    Path state = state();
    replica(state);
    Path certificates = state.resolve("ca/root-certificate.pem");
    String bundle = Files.readString(certificates);
    assertThat(bundle).contains("BEGIN CERTIFICATE").doesNotContain("PRIVATE");
    awaitRoots(bundle);
    namespace("late");
    await(() -> bundle.equals(root("late")));
    admin
        .configMaps()
        .inNamespace("late")
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("weft-root")
                .endMetadata()
                .addToData("root-cert.pem", "somebody else's")
                .build())
        .update();
    await(() -> bundle.equals(root("late")));
    admin.configMaps().inNamespace("late").withName("weft-root").delete();
    await(() -> bundle.equals(root("late")));
    RootRotation.open(state, InstantSource.system()).rotate();
    await(() -> !bundle.equals(Files.readString(certificates)));
    String both = Files.readString(certificates);
    assertThat(both).contains(bundle);
    awaitRoots(both);
    for (String excluded : EXCLUDED) {
      assertThat(root(excluded)).isNull();
    }
  }

  private @Nullable String root(String namespace) {
    ConfigMap map = admin.configMaps().inNamespace(namespace).withName("weft-root").get();
    return map == null ? null : map.getData().get("root-cert.pem");
  }

  @Test
  void kindsThatHaveNoEffectAreToldSo() throws Exception {
    apply(
        """
        apiVersion: networking.istio.io/v1alpha3
        kind: EnvoyFilter
        metadata: {name: filter, namespace: default}
        spec: {configPatches: []}
        ---
        apiVersion: telemetry.istio.io/v1
        kind: Telemetry
        metadata: {name: telemetry, namespace: default}
        spec: {}
        """);
    Replica replica = replica(state());
    Map<String, String> told = new ConcurrentHashMap<>();
    await(
        () -> {
          replica
              .models
              .current()
              .findings()
              .forEach(it -> told.put(String.valueOf(it.resource()), it.code().id()));
          return "WEFT0204".equals(told.get("EnvoyFilter default/filter"))
              && "WEFT0204".equals(told.get("Telemetry default/telemetry"));
        });
  }

  /** The versions of a resource, as a watch tells them. */
  private record Versions(List<String> seen) implements Watcher<GenericKubernetesResource> {
    @Override
    public void eventReceived(Action action, GenericKubernetesResource resource) {
      seen.add(resource.getMetadata().getResourceVersion());
    }

    @Override
    public void onClose(WatcherException cause) {
      seen.add("closed");
    }
  }
}
