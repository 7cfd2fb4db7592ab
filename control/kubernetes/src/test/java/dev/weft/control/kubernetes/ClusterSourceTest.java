package dev.weft.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.config.Resolver;
import dev.weft.control.model.Endpoint;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Listener;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Principal;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.Service;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.TrustSource;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadSource;
import dev.weft.control.source.MeshSource;
import dev.weft.harness.Repository;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A real API server with Istio's own CRDs, followed as a directory of the same YAML would be. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterSourceTest extends ClusterTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Registered registered = new Registered();
  private ClusterSource source;
  private MeshSource models;

  /** Agents that have registered. */
  private static final class Registered implements WorkloadSource {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile List<Workload> workloads = List.of();

    void set(Workload... next) {
      workloads = List.of(next);
      listeners.forEach(Runnable::run);
    }

    @Override
    public Snapshot workloads() {
      return new Snapshot(workloads, List.of());
    }

    @Override
    public ModelSource.Subscription onChange(Runnable changed) {
      listeners.add(changed);
      return () -> listeners.remove(changed);
    }
  }

  @BeforeAll
  void follow() throws Exception {
    istio();
    account(NAMESPACE, "default");
    source = ClusterSource.open(control(), MeshSettings.DEFAULT, registered, PATIENCE);
    models =
        MeshSource.open(
            new Resolver(MeshSettings.DEFAULT),
            source.config(),
            source.workloads(),
            TrustSource.NONE);
    // Whoever installs them later than the mesh is right as well.
    installIstio();
  }

  @AfterAll
  void end() {
    if (models != null) {
      models.close();
    }
    if (source != null) {
      source.close();
    }
  }

  private void delete(String yaml) {
    load(yaml).forEach(each -> admin.resource(each).delete());
  }

  private MeshModel await(Predicate<MeshModel> condition) {
    Awaitility.await().atMost(PATIENCE).until(() -> condition.test(models.current()));
    return models.current();
  }

  private static String bookinfo() throws IOException {
    Path repository = Repository.around().root();
    StringBuilder all = new StringBuilder();
    for (String name : List.of("services", "destination-rules", "routing")) {
      all.append(
          Files.readString(repository.resolve("test-apps/bookinfo/config/" + name + ".yaml")));
      all.append("\n---\n");
    }
    return all.toString();
  }

  /** A pod that runs, as its node would report it. */
  private void pod(String service, String version, String address) {
    String name = service + "-" + version;
    apply(
        String.format(
            Locale.ROOT,
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: %1$s, namespace: default, labels: {app: %2$s, version: %3$s}}
            spec:
              containers: [{name: app, image: app, ports: [{containerPort: 9080}]}]
            """,
            name,
            service,
            version));
    admin
        .pods()
        .inNamespace(NAMESPACE)
        .withName(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"phase\":\"Running\",\"podIP\":\""
                + address
                + "\",\"podIPs\":[{\"ip\":\""
                + address
                + "\"}]}}");
  }

  private void slice(String service, boolean ready, Map<String, String> pods) {
    StringBuilder endpoints = new StringBuilder();
    new TreeMap<>(pods)
        .forEach(
            (pod, address) ->
                endpoints.append(
                    String.format(
                        Locale.ROOT,
                        "- {addresses: [%s], conditions: {ready: %s}, targetRef: {kind: Pod,"
                            + " namespace: default, name: %s}}\n",
                        address,
                        ready,
                        pod)));
    apply(
        String.format(
            Locale.ROOT,
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: %1$s-1, namespace: default, labels: {kubernetes.io/service-name: %1$s}}
            addressType: IPv4
            ports: [{name: http, port: 9080}%3$s]
            endpoints:
            %2$s
            """,
            service,
            endpoints,
            service.equals("ratings") ? ", {name: grpc, port: 9090}" : ""));
  }

  private static Map<String, String> endpoints(MeshModel model) {
    Map<String, String> all = new TreeMap<>();
    for (Service service : model.services()) {
      for (ServicePort port : service.ports()) {
        all.put(
            service.host() + ":" + port.number(),
            service.endpoints(port.number()).stream()
                .map(ClusterSourceTest::text)
                .sorted()
                .toList()
                .toString());
      }
    }
    return all;
  }

  private static String text(Endpoint endpoint) {
    return endpoint.address() + ":" + endpoint.port() + " " + new TreeMap<>(endpoint.labels());
  }

  /** Without where it was written and when. */
  private static String rules(MeshModel model) {
    return (model.rules() + "\n" + model.policies())
        .replaceAll("SourceLocation\\[[^]]*]", "")
        .replaceAll("[A-Za-z]+/[a-z]+/[a-z0-9-]+:\\d+|bookinfo.yaml:\\d+", "");
  }

  /** With the times of their creation, which decide about the order of rules. */
  private String asCreated(String yaml) {
    StringBuilder all = new StringBuilder();
    for (HasMetadata each : load(yaml)) {
      each.getMetadata().setNamespace(NAMESPACE);
      each.getMetadata()
          .setCreationTimestamp(admin.resource(each).get().getMetadata().getCreationTimestamp());
      all.append("---\n").append(Serialization.asYaml(each).replaceFirst("^---\n", ""));
    }
    return all.toString();
  }

  @Test
  @Order(1)
  void theSameYamlIsTheSameMeshAsInADirectory() throws IOException {
    String yaml = bookinfo();
    apply(yaml);
    Map<String, List<String>> running =
        Map.of(
            "productpage", List.of("v1"),
            "details", List.of("v1"),
            "ratings", List.of("v1"),
            "reviews", List.of("v1", "v2", "v3"));
    List<Workload> agents = new ArrayList<>();
    int host = 1;
    for (Map.Entry<String, List<String>> one : new TreeMap<>(running).entrySet()) {
      Map<String, String> pods = new TreeMap<>();
      for (String version : one.getValue()) {
        String address = "10.1.0." + host++;
        pod(one.getKey(), version, address);
        pods.put(one.getKey() + "-" + version, address);
        agents.add(agent(one.getKey(), version, address));
      }
      slice(one.getKey(), true, pods);
    }
    ConfigFile file =
        new ConfigReader(MeshSettings.DEFAULT)
            .read("bookinfo.yaml", asCreated(yaml).getBytes(StandardCharsets.UTF_8));
    assertThat(file.isValid()).isTrue();
    MeshModel directory =
        new Resolver(MeshSettings.DEFAULT)
            .resolve(List.of(file), new WorkloadSource.Snapshot(agents, List.of()));
    assertThat(endpoints(directory)).hasSizeGreaterThan(3);
    assertThat(directory.rules()).isNotEmpty();

    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              MeshModel model = models.current();
              assertThat(rules(model)).isEqualTo(rules(directory));
              Map<String, String> ours = endpoints(model);
              ours.keySet().removeIf(it -> it.startsWith("kubernetes.default"));
              assertThat(ours).isEqualTo(endpoints(directory));
              // Nobody of ours serves the API server, and that is no news.
              assertThat(model.findings())
                  .noneMatch(finding -> finding.code() == FindingCode.EMPTY_SERVICE);
            });
  }

  private static Workload agent(String service, String version, String address) {
    return Workload.registered(
        service + "-" + version,
        new ServiceName(service, new Namespace(NAMESPACE)),
        Map.of("app", service, "version", version),
        address,
        service.equals("ratings")
            ? List.of(
                new Listener(9080, Protocol.HTTP, "tomcat"),
                new Listener(9090, Protocol.GRPC, "grpc"))
            : List.of(new Listener(9080, Protocol.HTTP, "tomcat")));
  }

  @Test
  @Order(2)
  void changesAndDeletionsAreFollowed() {
    slice("ratings", false, Map.of("ratings-v1", "10.1.0.3"));
    await(
        model -> endpoints(model).toString().contains("ratings.default.svc.cluster.local:9080=[]"));
    String rule =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: extra, namespace: default}
        spec:
          hosts: [extra.example.com]
          http: [{timeout: %s, route: [{destination: {host: ratings}}]}]
        """;
    apply(String.format(Locale.ROOT, rule, "3s"));
    await(model -> rules(model).contains("extra.example.com") && rules(model).contains("PT3S"));
    // What the API server has added to Services is nobody's mistake.
    assertThat(models.current().findings())
        .noneMatch(finding -> finding.code() == FindingCode.FIELD_NEVER);
    apply(String.format(Locale.ROOT, rule, "4s"));
    await(model -> rules(model).contains("PT4S") && !rules(model).contains("PT3S"));
    delete(String.format(Locale.ROOT, rule, "4s"));
    await(model -> !rules(model).contains("extra.example.com"));
  }

  @Test
  @Order(3)
  void anAgentThatRegistersFromItsPodIsReachedAsItself() {
    SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/default");
    registered.set(agent("details", "v1", "10.1.0.1").withPrincipal(Principal.placed(id)));
    MeshModel model =
        await(it -> it.workloads().stream().anyMatch(one -> id.equals(one.identity())));
    assertThat(model.workloads().stream().filter(one -> one.identity() != null))
        .extracting(Workload::id)
        .containsExactly("default/details-v1@10.1.0.1");
    registered.set();
    await(it -> it.workloads().stream().allMatch(one -> one.identity() == null));
  }

  @Test
  @Order(3)
  void labelsSwitchWorkloadsOffAndBackWhileTheyRun() {
    Namespace namespace = new Namespace(NAMESPACE);
    registered.set(
        agent("details", "v1", "10.1.0.1")
            .withPrincipal(
                Principal.placed(SpiffeId.parse("spiffe://cluster.local/ns/default/sa/default"))));
    await(it -> it.workloads().stream().anyMatch(one -> one.identity() != null));
    admin.pods().inNamespace(NAMESPACE).withName("details-v1").edit(pod -> labelled(pod, "false"));
    MeshModel off = await(it -> it.isOff(namespace, "10.1.0.1", null));
    assertThat(off.workloads()).allMatch(one -> one.identity() == null);
    assertThat(off.isOff(namespace, "10.1.0.2", null)).isFalse();
    admin.pods().inNamespace(NAMESPACE).withName("details-v1").edit(pod -> labelled(pod, null));
    await(it -> it.workloads().stream().anyMatch(one -> one.identity() != null));

    admin.namespaces().withName(NAMESPACE).edit(it -> labelled(it, "false"));
    await(it -> it.isOff(namespace, "10.1.0.1", null) && it.isOff(namespace, "10.1.0.2", null));
    admin.namespaces().withName(NAMESPACE).edit(it -> labelled(it, null));
    await(it -> !it.hasSwitchedOff());
    registered.set();
    await(it -> it.workloads().stream().allMatch(one -> one.identity() == null));
  }

  private static <T extends io.fabric8.kubernetes.api.model.HasMetadata> T labelled(
      T resource, String value) {
    Map<String, String> labels = new TreeMap<>();
    if (resource.getMetadata().getLabels() != null) {
      labels.putAll(resource.getMetadata().getLabels());
    }
    labels.remove(Workload.ENABLED);
    if (value != null) {
      labels.put(Workload.ENABLED, value);
    }
    resource.getMetadata().setLabels(labels);
    return resource;
  }

  @Test
  @Order(4)
  void whatIsInvalidIsReportedAndItsLastGoodVersionStays() {
    // Istio's CRD knows the shape, but not that weights must not all be zero.
    String rule =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: broken, namespace: default}
        spec:
          hosts: [broken.example.com]
          http: [{route: [{destination: {host: ratings}, weight: %s}, {destination: {host: details}, weight: %s}]}]
        """;
    apply(String.format(Locale.ROOT, rule, "10", "90"));
    await(model -> rules(model).contains("broken.example.com"));
    apply(String.format(Locale.ROOT, rule, "0", "0"));
    MeshModel model =
        await(it -> it.findings().stream().anyMatch(one -> one.code() == FindingCode.LAST_GOOD));
    assertThat(rules(model)).contains("broken.example.com");
    assertThat(model.findings())
        .anySatisfy(
            finding ->
                assertThat(String.valueOf(finding.location()))
                    .contains("VirtualService/default/broken"));
    delete(String.format(Locale.ROOT, rule, "0", "0"));
    await(it -> !rules(it).contains("broken.example.com"));
  }

  @Test
  @Order(5)
  void whileTheApiServerIsAwayEverythingStaysAndThenGoesOn() throws Exception {
    MeshModel before = models.current();
    cluster.kill();
    MeshModel away =
        await(it -> it.findings().stream().anyMatch(one -> one.code() == FindingCode.UNREADABLE));
    assertThat(rules(away)).isEqualTo(rules(before));
    assertThat(endpoints(away)).isEqualTo(endpoints(before));

    cluster.restart();
    slice("ratings", true, Map.of("ratings-v1", "10.1.0.3"));

    await(
        it ->
            it.findings().stream().noneMatch(one -> one.code() == FindingCode.UNREADABLE)
                && endpoints(it).toString().contains("10.1.0.3:9080"));
    assertThat(rules(models.current())).isEqualTo(rules(before));
  }

  @Test
  @Order(6)
  void aServiceThatStartsAnewKnowsTheSame() throws Exception {
    MeshModel before = models.current();
    try (ClusterSource anew =
        ClusterSource.open(reach(cluster.admin()), MeshSettings.DEFAULT, registered, PATIENCE)) {
      MeshModel model =
          new Resolver(MeshSettings.DEFAULT)
              .resolve(anew.config().files(), anew.workloads().workloads());
      assertThat(rules(model)).isEqualTo(rules(before));
      assertThat(endpoints(model)).isEqualTo(endpoints(before));
    }
  }

  @Test
  @Order(7)
  void whereTheClusterCannotBeReadNothingIsInForce() throws Exception {
    account(NAMESPACE, "powerless");
    String token = token(NAMESPACE, "powerless");
    assertThatThrownBy(
            () ->
                ClusterSource.open(
                    reach(cluster.admin().as(token)),
                    MeshSettings.DEFAULT,
                    registered,
                    Duration.ofSeconds(3)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("HTTP 403")
        .hasMessageContaining("pods");
  }
}
