package dev.weft.e2e.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.e2e.EnvoyProcess;
import dev.weft.e2e.Mesh;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A stock Envoy that gets routes, clusters and endpoints from our ADS server; only its listeners
 * are its own, one for each host, with the filters that istiod gives to a sidecar's.
 */
final class OwnEnvoy implements AutoCloseable {

  /** How it asks for configuration. */
  enum Variant {
    DELTA_GRPC,
    GRPC
  }

  /** Nobody knows this host: it has the routes of all that are unknown. */
  static final String STRANGER = "stranger.example";

  private static final String CONFIGURATION =
      """
      {"node": {
         "id": "sidecar~127.0.0.1~oracle-1.demo~demo.svc.cluster.local", "cluster": "oracle",
         "metadata": {"NAMESPACE": "demo", "LABELS": {"app": "client", "version": "v1"}}},
       "admin": {"address": {"socketAddress": {"address": "127.0.0.1", "portValue": %d}}},
       "dynamicResources": {
         "adsConfig": {
           "apiType": "%s", "transportApiVersion": "V3", "setNodeOnFirstMessageOnly": true,
           "grpcServices": [{"envoyGrpc": {"clusterName": "control"}}]},
         "cdsConfig": {"ads": {}, "resourceApiVersion": "V3"}},
       "staticResources": {
         "clusters": [{
           "name": "control", "type": "STATIC", "connectTimeout": "1s",
           "typedExtensionProtocolOptions": {
             "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
               "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
               "explicitHttpConfig": {"http2ProtocolOptions": {}}}},
           "loadAssignment": {
             "clusterName": "control",
             "endpoints": [{"lbEndpoints": [{"endpoint": {
               "address": {"socketAddress": {"address": "127.0.0.1", "portValue": %d}}}}]}]}}],
         "listeners": [%s]}}
      """;

  private static final String LISTENER =
      """
      {"name": "%1$s",
       "address": {"socketAddress": {"address": "127.0.0.1", "portValue": %2$d}},
       "filterChains": [{"filters": [{"name": "http", "typedConfig": {
         "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
         "statPrefix": "in", "normalizePath": true, "streamIdleTimeout": "0s",
         "pathWithEscapedSlashesAction": "KEEP_UNCHANGED",
         "rds": {
           "routeConfigName": "%3$s",
           "configSource": {"ads": {}, "resourceApiVersion": "V3", "initialFetchTimeout": "0s"}},
         "httpFilters": [
           {"name": "envoy.filters.http.fault", "typedConfig": {
             "@type": "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault"}},
           {"name": "envoy.filters.http.cors", "typedConfig": {
             "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors"}},
           {"name": "envoy.filters.http.router", "typedConfig": {
             "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}
      """;

  private final EnvoyProcess process;
  private final Map<String, Integer> listeners;

  private OwnEnvoy(EnvoyProcess process, Map<String, Integer> listeners) {
    this.process = process;
    this.listeners = listeners;
  }

  /** For these hosts, all of them at port 80. */
  static OwnEnvoy start(Path folder, Mesh mesh, Variant variant, List<String> hosts)
      throws IOException {
    Iterator<Integer> ports = Ports.free(hosts.size() + 1).iterator();
    int admin = ports.next();
    Map<String, Integer> listeners = new HashMap<>();
    StringBuilder written = new StringBuilder();
    for (String host : hosts) {
      int port = ports.next();
      listeners.put(host, port);
      String routes = host.equals(STRANGER) ? "virtualOutbound" : "outbound|80||" + host;
      written.append(written.isEmpty() ? "" : ",").append(LISTENER.formatted(host, port, routes));
    }
    Path file = folder.resolve("own-" + admin + ".json");
    Files.writeString(file, CONFIGURATION.formatted(admin, variant, mesh.port(), written));
    return new OwnEnvoy(EnvoyProcess.start(file, admin), listeners);
  }

  /** Where it takes requests to this authority, whichever of the host's names that is. */
  int listener(String authority) {
    String name = authority.replaceFirst(":.*", "").toLowerCase(Locale.ROOT);
    return listeners.entrySet().stream()
        .filter(it -> it.getKey().equals(name) || it.getKey().startsWith(name + "."))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no listener for " + authority));
  }

  EnvoyProcess process() {
    return process;
  }

  /** The routes that it has for this host, as it says itself; they belong to these names. */
  JsonNode table(String host, List<String> names) throws IOException, InterruptedException {
    JsonNode dump =
        Scenario.JSON.readTree(process.ask("/config_dump?resource=dynamic_route_configs"));
    for (JsonNode one : dump.path("configs")) {
      JsonNode table = camelCase(one.path("route_config"));
      if (table.path("name").asText().equals("outbound|80||" + host)) {
        for (JsonNode virtualHost : table.path("virtualHosts")) {
          ArrayNode domains = ((ObjectNode) virtualHost).putArray("domains");
          names.forEach(domains::add);
        }
        return table;
      }
    }
    throw new AssertionError("Envoy has no routes for " + host + ": " + dump);
  }

  /** Field names as protobuf's JSON has them; a dump has those of the definition. */
  private static JsonNode camelCase(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode copy = Scenario.JSON.createArrayNode();
      array.forEach(child -> copy.add(camelCase(child)));
      return copy;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = Scenario.JSON.createObjectNode();
      object.properties().forEach(it -> copy.set(camelCase(it.getKey()), camelCase(it.getValue())));
      return copy;
    }
    return node;
  }

  private static String camelCase(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      boolean isAfter = i > 0 && name.charAt(i - 1) == '_';
      if (name.charAt(i) != '_') {
        text.append(isAfter ? Character.toUpperCase(name.charAt(i)) : name.charAt(i));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    process.close();
  }
}
