package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.weft.control.model.Caller;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.Cluster;
import dev.weft.control.model.Destination;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.model.WorkloadSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The recorded answers of a real istiod. Each authority that it knows for a caller must be known,
 * and have the same routes in the same order; each authority that it knows for another caller only
 * must be unknown; each cluster must exist with the same policy and endpoints. All as far as this
 * slice enforces it.
 */
class IstioGoldenTest {

  /** Where the endpoints differ, with the reason. */
  private static final Map<String, String> OTHER_ENDPOINTS =
      Map.of(
          "k8s-services", "EndpointSlices are the cluster's, registrations take their place",
          "locality-distribute", "localities are not enforced yet");

  private static final Map<String, String> POLICIES =
      Map.of("ROUND_ROBIN", "ROUND_ROBIN", "LEAST_REQUEST", "LEAST_REQUEST", "RANDOM", "RANDOM");

  @TestFactory
  Stream<DynamicTest> sameAsIstiod() {
    return SharedFolder.list(SharedFolder.require("istiod-goldens")).stream()
        .filter(scenario -> Files.exists(scenario.resolve("expected/routes.json")))
        .map(path -> dynamicTest(String.valueOf(path.getFileName()), () -> compare(path)));
  }

  /** One caller and what istiod told it. */
  private record Node(
      CallerView view, String name, Map<String, List<String>> routes, Path folder) {}

  private static void compare(Path scenario) throws IOException {
    MeshModel model = model(scenario);
    List<Node> nodes =
        Json.read(scenario.resolve("scenario.json")).get("nodes").list().stream()
            .map(node -> node(model, scenario, node))
            .toList();
    Set<String> authorities =
        nodes.stream().flatMap(node -> node.routes().keySet().stream()).collect(Collectors.toSet());
    for (Node node : nodes) {
      authorities.forEach(authority -> routes(node, authority));
      clusters(node);
    }
  }

  private static MeshModel model(Path scenario) throws IOException {
    byte[] input = Files.readAllBytes(scenario.resolve("input.yaml"));
    ConfigReader reader = new ConfigReader(MeshSettings.DEFAULT);
    ConfigFile file = reader.read("input.yaml", input);
    ConfigFile mesh = reader.read("mesh.yaml", Files.readAllBytes(scenario.resolve("mesh.yaml")));
    return new Resolver(MeshSettings.DEFAULT)
        .resolve(List.of(file, mesh), WorkloadSource.Snapshot.EMPTY);
  }

  private static Node node(MeshModel model, Path scenario, Json node) {
    Json metadata = node.get("node").get("metadata");
    Namespace namespace = new Namespace(metadata.get("NAMESPACE").text());
    Caller caller = new Caller(namespace, metadata.get("LABELS").texts());
    Path folder = scenario.resolve(node.get("dir").text());
    Map<String, List<String>> routes = new HashMap<>();
    for (Json table : Json.read(folder.resolve("routes.json")).list()) {
      String port = table.get("name").text();
      if (port.matches("\\d+")) {
        for (Json host : table.get("virtualHosts").list()) {
          host.get("domains").list().stream()
              .filter(domain -> !domain.text().contains("*"))
              .forEach(domain -> routes.put(domain.text() + ":" + port, EnvoyRoutes.lines(host)));
        }
      }
    }
    return new Node(model.view(caller), node.get("name").text(), routes, folder);
  }

  private static void routes(Node node, String authority) {
    List<String> expected = node.routes().get(authority);
    if (expected == null && node.routes().isEmpty()) {
      return; // what a server calls was not recorded
    }
    Optional<RoutedHost> routed = node.view().resolve(authority);
    assertThat(routed.isPresent())
        .as("%s knows %s", node.name(), authority)
        .isEqualTo(expected != null);
    routed.ifPresent(
        host ->
            assertThat(RouteLines.of(node.view().routes(host)))
                .as("%s: %s", node.name(), authority)
                .isEqualTo(expected));
  }

  private static void clusters(Node node) {
    Map<String, Set<String>> endpoints = new TreeMap<>();
    for (Json assignment : Json.read(node.folder().resolve("endpoints.json")).list()) {
      endpoints.put(assignment.get("clusterName").text(), endpoints(assignment));
    }
    for (Json cluster : Json.read(node.folder().resolve("clusters.json")).list()) {
      String name = cluster.get("name").text();
      String[] parts = name.split("\\|", -1);
      if (parts[0].equals("outbound")) {
        Destination destination =
            new Destination(new Fqdn(parts[3]), Integer.valueOf(parts[1]), parts[2]);
        Optional<Cluster> ours = node.view().cluster(destination);
        assertThat(ours).as("%s: %s", node.name(), name).isPresent();
        policy(ours.get(), cluster);
        if (endpoints.containsKey(name) && !OTHER_ENDPOINTS.containsKey(scenario(node))) {
          assertThat(endpoints(ours.get())).as(name).isEqualTo(endpoints.get(name));
        }
      }
    }
  }

  private static String scenario(Node node) {
    return String.valueOf(node.folder().resolve("..").normalize().getFileName());
  }

  private static void policy(Cluster ours, Json theirs) {
    String policy = POLICIES.get(theirs.get("lbPolicy").text("ROUND_ROBIN"));
    boolean strict =
        theirs.get("type").text().equals("STRICT_DNS") || theirs.get("type").text().equals("EDS");
    if (policy != null && strict) {
      assertThat(ours.policy().loadBalancer().simple())
          .as(theirs.get("name").text())
          .hasToString(policy);
    }
    assertThat(RouteLines.seconds(ours.policy().connectTimeout()))
        .isEqualTo(EnvoyRoutes.seconds(theirs.get("connectTimeout").text()));
  }

  private static Set<String> endpoints(Json assignment) {
    return assignment.get("endpoints").list().stream()
        .flatMap(group -> group.get("lbEndpoints").list().stream())
        .map(one -> one.get("endpoint").get("address").get("socketAddress"))
        .map(address -> address.get("address").text() + ":" + address.get("portValue").text())
        .collect(Collectors.toSet());
  }

  private static Set<String> endpoints(Cluster cluster) {
    return cluster.endpoints().stream()
        .map(endpoint -> endpoint.address() + ":" + endpoint.port())
        .collect(Collectors.toSet());
  }
}
