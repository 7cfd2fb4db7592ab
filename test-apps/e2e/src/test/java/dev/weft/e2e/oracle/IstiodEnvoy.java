package dev.weft.e2e.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.weft.e2e.EnvoyProcess;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One Envoy that holds what istiod made of many scenarios: a listener for each of their route
 * tables, and their clusters under names of their own. Endpoints are inlined, since nobody is there
 * to ask for them; transport sockets and HTTP/2 are left out, since the backends speak neither.
 */
final class IstiodEnvoy implements AutoCloseable {

  private final EnvoyProcess process;
  private final Map<String, Integer> listeners;

  private IstiodEnvoy(EnvoyProcess process, Map<String, Integer> listeners) {
    this.process = process;
    this.listeners = listeners;
  }

  static IstiodEnvoy start(Path folder, List<Scenario> scenarios) throws IOException {
    Map<String, Integer> listeners = new HashMap<>();
    ObjectNode configuration = Scenario.JSON.createObjectNode();
    int tables = scenarios.stream().mapToInt(scenario -> scenario.routeTables().size()).sum();
    Iterator<Integer> ports = Ports.free(tables + 1).iterator();
    int admin = ports.next();
    address(configuration.putObject("admin"), admin);
    ObjectNode resources = configuration.putObject("staticResources");
    ArrayNode servers = resources.putArray("listeners");
    ArrayNode clusters = resources.putArray("clusters");
    for (Scenario scenario : scenarios) {
      String prefix = scenario + "/";
      Map<String, JsonNode> endpoints = new HashMap<>();
      for (JsonNode assignment : scenario.expected("endpoints")) {
        endpoints.put(assignment.path("clusterName").asText(), assignment);
      }
      for (JsonNode cluster : scenario.expected("clusters")) {
        clusters.add(renamed(cluster((ObjectNode) cluster, endpoints), prefix));
      }
      for (JsonNode table : scenario.routeTables()) {
        int port = ports.next();
        String number = table.path("name").asText();
        listeners.put(prefix + number, port);
        servers.add(renamed(listener(scenario, number, table, port), prefix));
      }
    }
    Path file = folder.resolve("istiod.json");
    Files.writeString(file, configuration.toPrettyString());
    return new IstiodEnvoy(EnvoyProcess.start(file, admin), listeners);
  }

  private static void address(ObjectNode holder, int port) {
    holder
        .putObject("address")
        .putObject("socketAddress")
        .put("address", "127.0.0.1")
        .put("portValue", port);
  }

  private static ObjectNode listener(Scenario scenario, String number, JsonNode table, int port) {
    for (JsonNode listener : scenario.expected("listeners")) {
      for (JsonNode chain : listener.path("filterChains")) {
        JsonNode manager = chain.at("/filters/0/typedConfig");
        if (manager.at("/rds/routeConfigName").asText().equals(number)) {
          ObjectNode own = Scenario.JSON.createObjectNode();
          own.put("name", scenario + "/" + number);
          address(own, port);
          ObjectNode copy = manager.deepCopy();
          copy.remove("rds");
          copy.set("routeConfig", table);
          own.putArray("filterChains")
              .addObject()
              .putArray("filters")
              .addObject()
              .put("name", "http")
              .set("typedConfig", copy);
          return own;
        }
      }
    }
    throw new AssertionError(scenario + " has no listener for its routes " + number);
  }

  private static ObjectNode cluster(ObjectNode cluster, Map<String, JsonNode> endpoints) {
    if (cluster.path("type").asText().equals("EDS")) {
      cluster.put("type", "STATIC");
      cluster.remove("edsClusterConfig");
      String name = cluster.path("name").asText();
      JsonNode none = Scenario.JSON.createObjectNode().put("clusterName", name);
      cluster.set("loadAssignment", endpoints.getOrDefault(name, none));
    }
    cluster.remove(List.of("transportSocket", "transportSocketMatches"));
    for (JsonNode options : cluster.path("typedExtensionProtocolOptions")) {
      if (options instanceof ObjectNode protocol) {
        protocol.remove(List.of("useDownstreamProtocolConfig"));
        protocol.putObject("explicitHttpConfig").putObject("httpProtocolOptions");
      }
    }
    return cluster;
  }

  /** Clusters of this scenario alone, wherever one is named. */
  private static JsonNode renamed(JsonNode node, String prefix) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              field -> {
                if (isClusterName(field.getValue())) {
                  field.setValue(TextNode.valueOf(prefix + field.getValue().asText()));
                }
              });
    }
    node.forEach(child -> renamed(child, prefix));
    return node;
  }

  private static boolean isClusterName(JsonNode value) {
    String text = value.isTextual() ? value.asText() : "";
    return text.startsWith("outbound|")
        || text.equals("PassthroughCluster")
        || text.equals("BlackHoleCluster");
  }

  /** Ports of the loopback interface that endpoints name. */
  static Set<Integer> endpoints(List<Scenario> scenarios) {
    Set<Integer> ports = new TreeSet<>();
    for (Scenario scenario : scenarios) {
      for (JsonNode assignment : scenario.expected("endpoints")) {
        collect(assignment, ports);
      }
    }
    return ports;
  }

  private static void collect(JsonNode node, Set<Integer> ports) {
    if (node.path("address").asText().equals("127.0.0.1") && node.has("portValue")) {
      ports.add(node.path("portValue").asInt());
    }
    node.forEach(child -> collect(child, ports));
  }

  /** Where it takes requests of this scenario to this port; null: nowhere. */
  @Nullable Integer listener(Scenario scenario, int port) {
    return listeners.get(scenario + "/" + port);
  }

  @Override
  public void close() {
    process.close();
  }
}
