package dev.weft.e2e.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.app.Sender;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A control service, and an application under the agent for each workload that a scenario asks as.
 * They outlive the scenarios: each new configuration is a live change.
 */
final class Agents implements AutoCloseable {

  /** Answers for the host by which it is seen that a configuration has arrived. */
  static final int MARKER_PORT = Ports.free();

  private static final String MARKER =
      """

      ---
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: marker, namespace: oracle}
      spec:
        hosts: [marker.oracle.svc.cluster.local]
        location: MESH_INTERNAL
        resolution: STATIC
        ports: [{number: 80, name: http, protocol: HTTP}]
        endpoints: [{address: 127.0.0.1, ports: {http: %d}}]
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: marker, namespace: oracle}
      spec:
        hosts: [marker.oracle.svc.cluster.local]
        http:
        - headers: {response: {set: {x-marker: 'm%d'}}}
          route: [{destination: {host: marker.oracle.svc.cluster.local}}]
      """;

  static final Request MARKED = Request.get("marker.oracle.svc.cluster.local", "/");

  private final Mesh mesh = new Mesh();
  private final Backends backends;
  private final Map<Scenario.Workload, Client> clients = new HashMap<>();
  private int generation;

  Agents(Backends backends) {
    this.backends = backends;
  }

  Mesh mesh() {
    return mesh;
  }

  /** Puts this in force instead of what was. */
  void configure(String yaml) {
    generation++;
    // A Sidecar must import the marker, too.
    String seeing = yaml.replace("egress: [{hosts: [", "egress: [{hosts: ['oracle/*', ");
    mesh.configure("scenario.yaml", seeing + MARKER.formatted(MARKER_PORT, generation));
  }

  /** An application that has the present configuration. */
  Client client(Scenario.Workload workload) {
    Client client = clients.computeIfAbsent(workload, this::start);
    await(client);
    return client;
  }

  /** Waits until this one is served by the present configuration. */
  void await(Client client) {
    try {
      until(() -> generation(client).equals("m" + generation));
      until(this::isSettled);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("the configuration did not arrive; " + mesh.status("-o", "json"), e);
    }
  }

  private static void until(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(condition);
  }

  private String generation(Client client) {
    return client.send(List.of(MARKED), backends).get(0).answer().headers().stream()
        .filter(header -> header.name().equals("x-marker"))
        .map(Header::value)
        .collect(Collectors.joining());
  }

  /** Whether nothing is under way to anybody; the marker shows that there was something. */
  private boolean isSettled() throws IOException {
    for (JsonNode agent : status().path("agents")) {
      if (agent.path("sync").asText().equals("STALE")) {
        return false;
      }
    }
    return true;
  }

  JsonNode status() throws IOException {
    return Scenario.JSON.readTree(mesh.statusNow());
  }

  /** What the product itself says of the present configuration, by code. */
  List<JsonNode> findings(String... codes) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode finding : status().at("/configuration/findings")) {
      if (List.of(codes).contains(finding.path("code").asText())) {
        found.add(finding);
      }
    }
    return found;
  }

  /** What is wrong with the present configuration. */
  List<JsonNode> errors() throws IOException {
    List<JsonNode> errors = new ArrayList<>();
    for (JsonNode finding : status().at("/configuration/findings")) {
      if (finding.path("severity").asText().equals("error")) {
        errors.add(finding);
      }
    }
    return errors;
  }

  /** Who refused the present configuration. */
  List<String> refused() throws IOException {
    List<String> refused = new ArrayList<>();
    for (JsonNode agent : status().path("agents")) {
      if (agent.path("sync").asText().equals("NACK")) {
        refused.add(agent.toString());
      }
    }
    return refused;
  }

  private Client start(Scenario.Workload workload) {
    String labels =
        workload.labels().entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
    Map<String, String> environment = new HashMap<>();
    environment.put("WEFT_NAMESPACE", workload.namespace());
    environment.put("WEFT_LABELS", labels);
    if (!workload.locality().isEmpty()) {
      environment.put("WEFT_LOCALITY", workload.locality());
    }
    environment.put("WEFT_METRICS_ADDRESS", "127.0.0.1:" + Ports.free());
    String version = workload.labels().getOrDefault("version", "v1");
    return new Client(
        "agent", mesh.start(workload.service(), version, environment, Sender.class, "2"), null);
  }

  @Override
  public void close() {
    mesh.close();
  }
}
