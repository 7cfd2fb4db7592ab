package dev.weft.control.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.weft.control.model.Caller;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.Cluster;
import dev.weft.control.model.Locality;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.RoutedHost;
import dev.weft.control.xds.resource.ClusterResource;
import dev.weft.control.xds.resource.EndpointsResource;
import dev.weft.control.xds.resource.Names;
import dev.weft.control.xds.resource.Profile;
import dev.weft.control.xds.resource.RoutesResource;
import dev.weft.control.xds.resource.UnknownHosts;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Our resources beside those that a real istiod made of the same YAML: field by field what routes,
 * clusters and endpoints say. The recorded answers lie beside the repository; without them this is
 * skipped, aloud.
 */
class IstioShapesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> SCENARIOS =
      List.of(
          "weights",
          "match-headers",
          "match-or-and",
          "match-port",
          "match-uri-kinds",
          "match-without-headers",
          "timeout-retries",
          "headers-ops",
          "rewrite",
          "redirect",
          "delegate",
          "fault",
          "cors",
          "mirror",
          "short-names",
          "wildcard-hosts",
          "grpc-service",
          "lb-simple",
          "lb-consistent-hash",
          "outlier-detection",
          "retry-budget",
          "locality-distribute",
          "locality-failover",
          "dr-lookup-order",
          "dr-port-level",
          "service-entry-resolutions",
          "sidecar-egress",
          "tls-modes",
          "auto-mtls");

  /** What a route may say that has no meaning for us. */
  private static final Set<String> IGNORED_IN_ROUTES =
      Set.of("decorator", "metadata", "maxGrpcTimeout");

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .usingTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(PreviousHostsPredicate.getDescriptor())
                  .add(PreviousPrioritiesConfig.getDescriptor())
                  .add(HTTPFault.getDescriptor())
                  .add(CorsPolicy.getDescriptor())
                  .add(HttpProtocolOptions.getDescriptor())
                  .add(UpstreamTlsContext.getDescriptor())
                  .add(RawBuffer.getDescriptor())
                  .add(Any.getDescriptor())
                  .build());

  @TestFactory
  Stream<DynamicTest> sameAsIstiod() {
    Path goldens = Goldens.folder();
    return SCENARIOS.stream().map(name -> dynamicTest(name, () -> compare(goldens.resolve(name))));
  }

  private static void compare(Path scenario) throws IOException {
    MeshModel model = Models.readAll(Files.readString(scenario.resolve("input.yaml")));
    for (JsonNode node :
        JSON.readTree(Files.readString(scenario.resolve("scenario.json"))).path("nodes")) {
      compare(model.view(caller(node.path("node"))), scenario.resolve(node.path("dir").asText()));
    }
  }

  private static Caller caller(JsonNode node) {
    Map<String, String> labels = new TreeMap<>();
    node.at("/metadata/LABELS")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    JsonNode locality = node.path("locality");
    return new Caller(
        new Namespace(node.at("/metadata/NAMESPACE").asText()),
        labels,
        new Locality(
            locality.path("region").asText(),
            locality.path("zone").asText(),
            locality.path("subZone").asText()));
  }

  private static void compare(CallerView view, Path folder) throws IOException {
    int compared = 0;
    for (JsonNode config : read(folder, "routes.json")) {
      if (!config.path("name").asText().matches("\\d+")) {
        continue;
      }
      for (JsonNode host : config.path("virtualHosts")) {
        compared += host(view, config.path("name").asText(), host);
      }
    }
    compared += clusters(view, folder);
    assertThat(compared).as("compared").isPositive();
  }

  private static int host(CallerView view, String port, JsonNode host) throws IOException {
    String authority = host.path("domains").path(0).asText() + ":" + port;
    JsonNode ours = json(ours(view, authority)).path("virtualHosts").path(0);
    assertThat(ours.path("name").asText()).isEqualTo(host.path("name").asText());
    assertThat(routes(ours)).as(authority).isEqualTo(routes(host));
    return routes(host).size();
  }

  private static RouteConfiguration ours(CallerView view, String authority) {
    if (authority.startsWith("*:")) {
      return UnknownHosts.routes(view.outbound());
    }
    RoutedHost routed = view.resolve(authority).orElseThrow();
    return new RoutesResource(Profile.WEFT).of(routed, view.routes(routed));
  }

  private static List<JsonNode> routes(JsonNode virtualHost) {
    List<JsonNode> routes = new ArrayList<>();
    for (JsonNode route : virtualHost.path("routes")) {
      routes.add(normal(route.deepCopy()));
    }
    return routes;
  }

  private static JsonNode normal(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(IGNORED_IN_ROUTES);
      // Conditions on headers all have to hold: their order says nothing.
      if (object.get("headers") instanceof ArrayNode headers) {
        List<JsonNode> sorted = new ArrayList<>();
        headers.forEach(sorted::add);
        sorted.sort(Comparator.comparing(JsonNode::toString));
        object.set("headers", JSON.createArrayNode().addAll(sorted));
      }
    }
    if (node.path("weightedClusters").path("clusters").size() == 1) {
      // All of it to one is that one.
      ObjectNode route = (ObjectNode) node;
      route.set("cluster", route.at("/weightedClusters/clusters/0/name"));
      route.remove("weightedClusters");
    }
    node.forEach(IstioShapesTest::normal);
    return node;
  }

  private static int clusters(CallerView view, Path folder) throws IOException {
    Map<String, JsonNode> endpoints = new TreeMap<>();
    for (JsonNode assignment : read(folder, "endpoints.json")) {
      endpoints.put(assignment.path("clusterName").asText(), assignment);
    }
    int compared = 0;
    for (JsonNode theirs : read(folder, "clusters.json")) {
      String name = theirs.path("name").asText();
      Cluster cluster = Names.destination(name).flatMap(view::cluster).orElse(null);
      if (cluster == null) {
        continue; // none of ours: what istiod sends for hosts outside the mesh
      }
      JsonNode ours =
          json(new ClusterResource(Profile.WEFT, "cluster.local").of(cluster).orElseThrow());
      for (String field :
          List.of(
              "name",
              "type",
              "lbPolicy",
              "ringHashLbConfig",
              "maglevLbConfig",
              "roundRobinLbConfig",
              "leastRequestLbConfig",
              "outlierDetection",
              "circuitBreakers",
              "connectTimeout",
              "edsClusterConfig",
              "commonLbConfig")) {
        assertThat(ours.path(field)).as(name + " " + field).isEqualTo(theirs.path(field));
      }
      assertThat(ours.path("typedExtensionProtocolOptions"))
          .as(name + " protocol")
          .isEqualTo(theirs.path("typedExtensionProtocolOptions"));
      assertThat(socket(ours)).as(name + " transport socket").isEqualTo(socket(theirs));
      assertThat(ours.at("/metadata/filterMetadata/istio/services"))
          .as(name)
          .isEqualTo(theirs.at("/metadata/filterMetadata/istio/services"));
      assertThat(addresses(ours.path("loadAssignment")))
          .as(name)
          .isEqualTo(addresses(theirs.path("loadAssignment")));
      if (endpoints.containsKey(name)) {
        assertThat(addresses(json(EndpointsResource.ofGroups(name, cluster.groups()))))
            .as(name)
            .isEqualTo(addresses(endpoints.get(name)));
      }
      compared++;
    }
    return compared;
  }

  /**
   * What is spoken. Where secrets come from is the agents' business; whose endpoints speak mutual
   * TLS without a rule comes as a resource of our own; and that nothing is encrypted is said.
   */
  private static JsonNode socket(JsonNode cluster) {
    JsonNode socket = cluster.path("transportSocket").deepCopy();
    if (socket.at("/typedConfig/@type").asText().endsWith(".RawBuffer")) {
      return JSON.missingNode();
    }
    socket.findParents("sdsConfig").forEach(parent -> ((ObjectNode) parent).remove("sdsConfig"));
    return socket;
  }

  /** Where requests go and with which weights, in an order of its own. */
  private static List<String> addresses(JsonNode assignment) {
    List<String> found = new ArrayList<>();
    for (JsonNode locality : assignment.path("endpoints")) {
      for (JsonNode endpoint : locality.path("lbEndpoints")) {
        JsonNode socket = endpoint.at("/endpoint/address/socketAddress");
        found.add(
            socket.path("address").asText()
                + ":"
                + socket.path("portValue").asText()
                + " "
                + endpoint.path("loadBalancingWeight").asText()
                + " of "
                + locality.path("loadBalancingWeight").asText()
                + " in "
                + locality.at("/locality/region").asText()
                + "/"
                + locality.at("/locality/zone").asText()
                + "/"
                + locality.at("/locality/subZone").asText()
                + " priority "
                + locality.path("priority").asInt());
      }
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }

  private static JsonNode read(Path folder, String file) throws IOException {
    return JSON.readTree(Files.readString(folder.resolve(file)));
  }

  private static JsonNode json(Message message) throws IOException {
    // Go writes 40 where Java writes 40.0.
    return JSON.readTree(PRINTER.print(message).replaceAll("(: \\d+)\\.0(?=[,\\s}])", "$1"));
  }
}
