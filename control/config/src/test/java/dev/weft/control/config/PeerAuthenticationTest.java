package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.FindingCode;
import dev.weft.control.model.InboundPolicy;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.MutualTls;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.WorkloadSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PeerAuthentications: what they come to for one workload, and what is to be said about them. */
class PeerAuthenticationTest {

  private static final String HEAD = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n";

  private static String policy(String namespace, String name, String created, String spec) {
    return HEAD
        + "metadata: {name: "
        + name
        + ", namespace: "
        + namespace
        + (created.isEmpty() ? "" : ", creationTimestamp: \"" + created + "\"")
        + "}\nspec: "
        + spec
        + "\n---\n";
  }

  private static String mode(String mode) {
    return mode.isEmpty() ? "{}" : "{mtls: {mode: " + mode + "}}";
  }

  private static MeshModel model(String yaml) {
    ConfigFile file =
        new ConfigReader(MeshSettings.DEFAULT)
            .read("p.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    assertThat(file.isValid()).as("%s", file.findings()).isTrue();
    return new Resolver(MeshSettings.DEFAULT).resolve(List.of(file), WorkloadSource.Snapshot.EMPTY);
  }

  private static InboundPolicy orders(MeshModel model) {
    return model.inbound(new Namespace("demo"), Map.of("app", "orders", "version", "v1"));
  }

  @ParameterizedTest
  @CsvSource({
    // mesh, namespace, workload, result; - is no policy, empty is one that says nothing
    "-,-,-,PERMISSIVE",
    "STRICT,-,-,STRICT",
    "DISABLE,-,-,DISABLE",
    "'',-,-,PERMISSIVE",
    "UNSET,-,-,PERMISSIVE",
    "STRICT,DISABLE,-,DISABLE",
    "STRICT,UNSET,-,STRICT",
    "STRICT,'',-,STRICT",
    "DISABLE,STRICT,-,STRICT",
    "STRICT,DISABLE,PERMISSIVE,PERMISSIVE",
    "STRICT,DISABLE,UNSET,DISABLE",
    "STRICT,UNSET,UNSET,STRICT",
    "-,-,STRICT,STRICT",
    "-,STRICT,'',STRICT",
    "PERMISSIVE,-,DISABLE,DISABLE",
    "-,PERMISSIVE,STRICT,STRICT"
  })
  void theNarrowerScopeWinsAndWhatIsUnsetIsInherited(
      String mesh, String namespace, String workload, MutualTls expected) {
    StringBuilder yaml = new StringBuilder();
    if (!mesh.equals("-")) {
      yaml.append(policy("istio-system", "default", "", mode(mesh)));
    }
    if (!namespace.equals("-")) {
      yaml.append(policy("demo", "default", "", mode(namespace)));
    }
    if (!workload.equals("-")) {
      String its = workload.isEmpty() ? "" : ", mtls: {mode: " + workload + "}";
      yaml.append(policy("demo", "w", "", "{selector: {matchLabels: {app: orders}}" + its + "}"));
    }
    assertThat(orders(model(yaml.toString())))
        .isEqualTo(new InboundPolicy(expected, new TreeMap<>()));
  }

  @Test
  void theOldestOfAScopeWins() {
    String yaml =
        policy("demo", "a-new", "2026-02-01T00:00:00Z", mode("DISABLE"))
            + policy("demo", "b-old", "2026-01-01T00:00:00Z", mode("STRICT"));
    MeshModel model = model(yaml);
    assertThat(orders(model).mode()).isEqualTo(MutualTls.STRICT);
    assertThat(model.findings())
        .filteredOn(it -> it.code() == FindingCode.SHADOWED_PEERS)
        .extracting(Object::toString)
        .singleElement()
        .asString()
        .contains("demo/a-new", "demo/b-old", "wins");
    // The oldest wins although it says nothing.
    assertThat(
            orders(
                    model(
                        policy("demo", "old", "2026-01-01T00:00:00Z", "{}")
                            + policy("demo", "new", "2026-02-01T00:00:00Z", mode("STRICT"))))
                .mode())
        .isEqualTo(MutualTls.PERMISSIVE);
  }

  @Test
  void theOldestOfTwoThatSelectWins() {
    String selector = "{selector: {matchLabels: {app: orders}}, mtls: {mode: ";
    String version = "{selector: {matchLabels: {version: v1}}, mtls: {mode: ";
    assertThat(
            orders(
                    model(
                        policy("demo", "z", "2026-01-01T00:00:00Z", selector + "STRICT}}")
                            + policy("demo", "a", "2026-02-01T00:00:00Z", version + "DISABLE}}")))
                .mode())
        .isEqualTo(MutualTls.STRICT);
  }

  @Test
  void selectorsStayAtHome() {
    String selector = "{selector: {matchLabels: {app: orders}}, mtls: {mode: STRICT}}";
    MeshModel other = model(policy("other", "w", "", selector));
    assertThat(orders(other).mode()).isEqualTo(MutualTls.PERMISSIVE);
    MeshModel root = model(policy("istio-system", "w", "", selector));
    assertThat(orders(root).mode()).isEqualTo(MutualTls.PERMISSIVE);
    assertThat(root.inbound(new Namespace("istio-system"), Map.of("app", "orders")).mode())
        .isEqualTo(MutualTls.PERMISSIVE);
    assertThat(root.findings())
        .extracting(it -> it.code())
        .containsExactly(FindingCode.ROOT_SELECTOR);
  }

  @Test
  void portsInheritFromTheirWorkload() {
    String spec =
        "{selector: {matchLabels: {app: orders}}, portLevelMtls: {8080: {mode: DISABLE},"
            + " 8081: {mode: UNSET}, 8082: {}}}";
    InboundPolicy policy =
        orders(
            model(policy("demo", "default", "", mode("STRICT")) + policy("demo", "w", "", spec)));
    assertThat(policy.of(8080)).isEqualTo(MutualTls.DISABLE);
    assertThat(policy.of(8081)).isEqualTo(MutualTls.STRICT);
    assertThat(policy.of(8082)).isEqualTo(MutualTls.STRICT);
    assertThat(policy.of(9999)).isEqualTo(MutualTls.STRICT);
    assertThat(policy).hasToString("STRICT, 8080 DISABLE, 8081 STRICT, 8082 STRICT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{mtls: {mode: strict}}",
        "{mtls: {mode: ISTIO_MUTUAL}}",
        "{mtls: STRICT}",
        "{mode: STRICT}",
        "{portLevelMtls: {8080: {mode: STRICT}}}",
        "{selector: {}, portLevelMtls: {8080: {mode: STRICT}}}",
        "{selector: {matchLabels: {app: a}}, portLevelMtls: {}}",
        "{selector: {matchLabels: {app: a}}, portLevelMtls: {0: {mode: STRICT}}}",
        "{selector: {matchLabels: {app: a}}, portLevelMtls: {65536: {mode: STRICT}}}",
        "{selector: {matchLabels: {app: a}}, portLevelMtls: {http: {mode: STRICT}}}",
        "{selector: {matchLabels: {app: a}}, portLevelMtls: {80: {mode: STRICT}, 080: {}}}",
        "{selector: {matchLabels: {\"a b\": a}}}",
        "{selector: {matchExpressions: []}}"
      })
  void whatIsInvalidIsRefused(String spec) {
    ConfigFile file =
        new ConfigReader(MeshSettings.DEFAULT)
            .read("p.yaml", policy("demo", "w", "", spec).getBytes(StandardCharsets.UTF_8));
    assertThat(file.isValid()).isFalse();
    assertThat(file.findings().get(0).message()).contains("expected");
    assertThat(file.findings().get(0).location().line()).isPositive();
  }

  @Test
  void whoDoesNotObeyIsNamed() {
    Mesh mesh =
        new Mesh()
            .workload("orders", Map.of(), Mesh.http(8080))
            .file(
                "p.yaml",
                policy(
                    "default",
                    "w",
                    "",
                    "{selector: {matchLabels: {app: orders}}, mtls: {mode: STRICT},"
                        + " portLevelMtls: {9999: {mode: DISABLE}}}"));
    assertThat(mesh.findings(FindingCode.NO_IDENTITY))
        .singleElement()
        .asString()
        .contains("orders.default", "takes plaintext", "expected: a join token");
    assertThat(mesh.findings(FindingCode.NO_SUCH_LISTENER))
        .singleElement()
        .asString()
        .contains("9999");
    Mesh fine =
        new Mesh()
            .workload("orders", Map.of(), Mesh.http(8080))
            .file(
                "p.yaml",
                policy(
                    "default",
                    "w",
                    "",
                    "{selector: {matchLabels: {app: orders}}, mtls: {mode: STRICT},"
                        + " portLevelMtls: {8080: {mode: PERMISSIVE}}}"));
    assertThat(fine.findings(FindingCode.NO_IDENTITY)).isEmpty();
    assertThat(fine.findings(FindingCode.NO_SUCH_LISTENER)).isEmpty();
    assertThat(fine.findings(FindingCode.KIND_NOT_ENFORCED)).isEmpty();
    assertThat(
            new Mesh()
                .file("p.yaml", policy("default", "w", "", "{selector: {matchLabels: {app: x}}}"))
                .findings(FindingCode.NOTHING_SELECTED))
        .hasSize(1);
  }

  /** The filter chains of a real istiod say which connections a port takes. */
  @ParameterizedTest
  @ValueSource(strings = {"sec-peer-port-level", "sec-peer-precedence"})
  void asIstiodHasIt(String scenario) throws Exception {
    Path folder = SharedFolder.require("istiod-goldens").resolve(scenario);
    InboundPolicy ours = orders(model(Files.readString(folder.resolve("input.yaml"))));
    Json listeners = Json.read(folder.resolve("expected/listeners.json"));
    for (int port : new int[] {18131, 18181, 18231}) {
      assertThat(ours.of(port)).as("port %d", port).isEqualTo(istiods(listeners, port));
    }
  }

  private static MutualTls istiods(Json listeners, int port) {
    boolean tls = false;
    boolean plain = false;
    for (Json listener : listeners.list()) {
      for (Json chain : listener.get("filterChains").list()) {
        Json match = chain.get("filterChainMatch");
        if (match.get("destinationPort").text().equals(Integer.toString(port))) {
          tls |= chain.get("transportSocket").isThere();
          plain |= match.get("transportProtocol").text().equals("raw_buffer");
        }
      }
    }
    assertThat(tls || plain).as("istiod has a chain for %d", port).isTrue();
    return !tls ? MutualTls.DISABLE : plain ? MutualTls.PERMISSIVE : MutualTls.STRICT;
  }
}
