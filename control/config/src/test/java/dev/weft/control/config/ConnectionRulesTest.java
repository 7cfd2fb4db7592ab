package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.FindingCode;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of rules for connections. */
class ConnectionRulesTest {

  private static final String RULE =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: db, namespace: default}
      spec:
        hosts: [db]
        tcp:
        - match: [{gateways: [ingress]}, {sourceSubnet: 10.0.0.0/8}]
          route: [{destination: {host: db}}]
      """;

  @Test
  void whoHasNoIdentityRoutesNone() {
    Mesh mesh =
        new Mesh()
            .file("db.yaml", RULE)
            .workload("db", Map.of("app", "db"), Mesh.http(5432))
            .proven("shop", Set.of("shop"), Map.of("app", "shop"), 80);
    assertThat(mesh.findings(FindingCode.CONNECTIONS_NOT_ROUTED))
        .singleElement()
        .asString()
        .contains("default/db", "VirtualService default/db", "expected: a join token");
    Mesh elsewhere =
        new Mesh()
            .file("db.yaml", RULE.replace("tcp:", "exportTo: [other]\n  tcp:"))
            .workload("db", Map.of("app", "db"), Mesh.http(5432));
    assertThat(elsewhere.findings(FindingCode.CONNECTIONS_NOT_ROUTED)).isEmpty();
  }

  @Test
  void whoHasNoIdentityMayConnectAnywhere() {
    String sidecar =
        """
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: default, namespace: default}
        spec: {outboundTrafficPolicy: {mode: %s}}
        """;
    Mesh strict =
        new Mesh()
            .file("sidecar.yaml", sidecar.formatted("REGISTRY_ONLY"))
            .workload("db", Map.of("app", "db"), Mesh.http(5432))
            .proven("shop", Set.of("shop"), Map.of("app", "shop"), 80);
    assertThat(strict.findings(FindingCode.CONNECTIONS_NOT_REFUSED))
        .singleElement()
        .asString()
        .contains("db.default", "REGISTRY_ONLY", "expected: a join token");
    Mesh open =
        new Mesh()
            .file("sidecar.yaml", sidecar.formatted("ALLOW_ANY"))
            .workload("db", Map.of("app", "db"), Mesh.http(5432));
    assertThat(open.findings(FindingCode.CONNECTIONS_NOT_REFUSED)).isEmpty();
  }

  @Test
  void whatHasNoEffectIsSaid() {
    Mesh mesh = new Mesh().file("db.yaml", RULE);
    assertThat(mesh.findings(FindingCode.GATEWAYS_ONLY))
        .singleElement()
        .asString()
        .contains("db.yaml:7", "ingress: the block never matches in a workload");
    assertThat(mesh.findings(FindingCode.FIELD_NEVER))
        .singleElement()
        .asString()
        .contains("sourceSubnet");
    assertThat(mesh.findings(FindingCode.UNKNOWN_HOST))
        .singleElement()
        .asString()
        .contains("db.default.svc.cluster.local is not known", "until then: no connection");
  }
}
