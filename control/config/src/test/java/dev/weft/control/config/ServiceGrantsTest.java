package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.FindingCode;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Labels are a workload's own word: they do not make it serve what was not granted to it. */
class ServiceGrantsTest {

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: reviews, namespace: default}
      spec:
        selector: {app: reviews}
        ports: [{name: http, port: 9080}]
      """;
  private static final String ENTRY =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: legacy, namespace: default}
      spec:
        hosts: [legacy.example.com]
        location: MESH_INTERNAL
        resolution: STATIC
        ports: [{name: http, number: 9080, protocol: HTTP}]
        workloadSelector: {labels: {app: legacy}}
      """;
  private static final String DECLARED =
      """
      apiVersion: networking.istio.io/v1
      kind: WorkloadEntry
      metadata: {name: old, namespace: default}
      spec: {address: 10.9.9.9, labels: {app: reviews}}
      """;

  private static final Map<String, String> REVIEWS = Map.of("app", "reviews");

  @Test
  void aLabelIsNoGrant() {
    Mesh mesh =
        new Mesh()
            .proven("reviews", Set.of("reviews"), Map.of(), 9080)
            .proven("liar", Set.of("liar"), REVIEWS, 9080)
            .file("s.yaml", SERVICE);
    assertThat(mesh.endpoints("reviews:9080")).containsExactly("10.0.0.0:9080");
    assertThat(mesh.findings(FindingCode.SERVICE_NOT_GRANTED))
        .singleElement()
        .asString()
        .contains("Service default/reviews", "liar.default", "sa/liar may not");
  }

  @Test
  void noServerAtAllIsBetterThanAWrongOne() {
    Mesh mesh = new Mesh().proven("liar", Set.of("liar"), REVIEWS, 9080).file("s.yaml", SERVICE);
    assertThat(mesh.endpoints("reviews:9080")).isEmpty();
  }

  @Test
  void besideAnIdentityNobodyServesWithoutOne() {
    Mesh plain = new Mesh().workload("plain", REVIEWS, Mesh.http(9080)).file("s.yaml", SERVICE);
    assertThat(plain.endpoints("reviews:9080")).containsExactly("10.0.0.0:9080");
    Mesh both =
        new Mesh()
            .workload("plain", REVIEWS, Mesh.http(9080))
            .proven("reviews", Set.of("reviews"), Map.of(), 9080)
            .file("s.yaml", SERVICE + "---\n" + DECLARED);
    // What is declared is the operator's own word.
    assertThat(both.endpoints("reviews:9080"))
        .containsExactlyInAnyOrder("10.0.0.1:9080", "10.9.9.9:9080");
    assertThat(both.findings(FindingCode.SERVICE_NOT_GRANTED))
        .singleElement()
        .asString()
        .contains("plain.default", "it has none");
    // One that may not serve does not keep others out, either.
    Mesh liar =
        new Mesh()
            .workload("plain", REVIEWS, Mesh.http(9080))
            .proven("liar", Set.of("liar"), REVIEWS, 9080)
            .file("s.yaml", SERVICE);
    assertThat(liar.endpoints("reviews:9080")).containsExactly("10.0.0.0:9080");
  }

  @Test
  void aServiceEntryIsGrantedByItsName() {
    Mesh mesh =
        new Mesh()
            .proven("a", Set.of("legacy"), Map.of("app", "legacy"), 9080)
            .proven("b", Set.of("b"), Map.of("app", "legacy"), 9080)
            .file("e.yaml", ENTRY);
    assertThat(mesh.endpoints("legacy.example.com:9080")).containsExactly("10.0.0.0:9080");
  }

  @Test
  void whoListensNowhereServesNothing() {
    Mesh mesh = new Mesh().workload("client", REVIEWS).file("s.yaml", SERVICE);
    assertThat(mesh.endpoints("reviews:9080")).isEmpty();
  }
}
