package dev.weft.control.config;

import static dev.weft.control.config.Mesh.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Caller;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Locality;
import dev.weft.control.model.MutualTls;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.OutboundTrafficPolicy;
import dev.weft.control.model.Workload;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What registered workloads have from the WorkloadGroup of their name. */
class WorkloadGroupTest {

  private static final String GROUP =
      """
      apiVersion: networking.istio.io/v1
      kind: WorkloadGroup
      metadata: {name: reviews}
      spec:
        metadata: {labels: {team: blue, tier: front}, annotations: {a: b}}
        template:
          labels: {version: v1, tier: back}
          ports: {web: 9081}
          locality: eu/a
          weight: 3
          network: n1
          serviceAccount: reviews
        probe: {tcpSocket: {port: 9080}}
      """;

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: front}
      spec:
        selector: {tier: back}
        ports: [{name: web, port: 80}]
      """;

  private static Workload only(Mesh mesh) {
    return mesh.model().workloads().get(0);
  }

  @Test
  void itGivesWhatTheWorkloadDoesNotSay() {
    Mesh mesh =
        new Mesh()
            .file("group.yaml", GROUP)
            .workload("reviews", Map.of("version", "v2"), http(9080), http(9081));
    Workload workload = only(mesh);
    assertThat(workload.labels())
        .isEqualTo(Map.of("version", "v2", "team", "blue", "tier", "back"));
    assertThat(workload.locality()).isEqualTo(new Locality("eu", "a", ""));
    assertThat(workload.weight()).isEqualTo(3);
    Mesh located =
        new Mesh()
            .file("group.yaml", GROUP)
            .workload("reviews", Map.of("istio-locality", "us.b"), http(9080));
    assertThat(only(located).locality()).isEqualTo(new Locality("us", "b", ""));
  }

  @Test
  void itIsForWorkloadsOfItsNameAlone() {
    Mesh mesh = new Mesh().file("group.yaml", GROUP).workload("ratings", Map.of(), http(9080));
    assertThat(only(mesh).labels()).isEmpty();
    assertThat(only(mesh).weight()).isEqualTo(1);
  }

  @Test
  void itsLabelsAndPortsLeadServicesToIt() {
    Mesh mesh =
        new Mesh()
            .file("group.yaml", GROUP)
            .file("service.yaml", SERVICE)
            .workload("reviews", Map.of(), http(9080), http(9081));
    assertThat(mesh.endpoints("front:80")).containsExactly("10.0.0.0:9081");
    Mesh elsewhere =
        new Mesh()
            .file("group.yaml", GROUP)
            .file("service.yaml", SERVICE)
            .workload("reviews", Map.of(), http(9082));
    assertThat(elsewhere.endpoints("front:80")).containsExactly("10.0.0.0:9082");
  }

  @Test
  void itsLabelsCountForThoseWhoCallAndForWhatIsDemandedOfCallers() {
    Mesh mesh =
        new Mesh()
            .file("group.yaml", GROUP)
            .file(
                "policies.yaml",
                """
                apiVersion: networking.istio.io/v1
                kind: Sidecar
                metadata: {name: blue}
                spec:
                  workloadSelector: {labels: {team: blue}}
                  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
                ---
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: blue}
                spec:
                  selector: {matchLabels: {team: blue}}
                  mtls: {mode: STRICT}
                """);
    Namespace here = new Namespace("default");
    Map<String, String> reviews = Map.of("app", "reviews");
    assertThat(mesh.model().view(new Caller(here, reviews)).outbound())
        .isEqualTo(OutboundTrafficPolicy.REGISTRY_ONLY);
    assertThat(mesh.model().view(new Caller(here, Map.of("app", "other"))).outbound())
        .isEqualTo(OutboundTrafficPolicy.ALLOW_ANY);
    assertThat(mesh.model().inbound(here, reviews).mode()).isEqualTo(MutualTls.STRICT);
    assertThat(mesh.model().inbound(here, Map.of("app", "reviews", "team", "red")).mode())
        .isEqualTo(MutualTls.PERMISSIVE);
  }

  @Test
  void whatIsNotEnforcedIsReported() {
    Mesh mesh = new Mesh().file("group.yaml", GROUP);
    assertThat(mesh.findings(FindingCode.FIELD_NOT_ENFORCED))
        .satisfiesExactly(
            it -> assertThat(it).contains("spec.template.serviceAccount"),
            it -> assertThat(it).contains("spec.probe"));
    assertThat(mesh.findings(FindingCode.FIELD_NEVER))
        .satisfiesExactly(
            it -> assertThat(it).contains("annotations"),
            it -> assertThat(it).contains("spec.template.network"));
  }
}
