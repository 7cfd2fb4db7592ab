package dev.weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.telemetry.LocalWorkload;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentityTest {

  private static Identity of(Map<String, String> variables) {
    return Identity.of(Settings.read(Map.of(), variables), null, 7, "10.0.0.1");
  }

  @Test
  void isWhatOpenTelemetryCallsIt() {
    Identity identity =
        of(
            Map.of(
                "OTEL_SERVICE_NAME",
                "reviews",
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.version=v2,k8s.namespace.name=shop,k8s.pod.name=reviews-v2-x7"));

    assertThat(identity.node())
        .isEqualTo("weft~10.0.0.1~reviews-v2-x7.shop~shop.svc.cluster.local");
    assertThat(identity.labels()).containsEntry("app", "reviews").containsEntry("version", "v2");
    assertThat(identity.describe()).isEqualTo("reviews.shop (v2) at 10.0.0.1");
    LocalWorkload workload = identity.workload();
    assertThat(workload.service().host()).isEqualTo("reviews.shop.svc.cluster.local");
    assertThat(workload.workload().canonicalService()).isEqualTo("reviews");
    assertThat(workload.workload().canonicalRevision()).isEqualTo("v2");
  }

  @Test
  void ourOwnSettingsAreStronger() {
    Identity identity =
        of(
            Map.of(
                "OTEL_SERVICE_NAME", "reviews",
                "OTEL_RESOURCE_ATTRIBUTES", "service.version=v2,service.namespace=shop",
                "WEFT_NAMESPACE", "other",
                "WEFT_LABELS", "version=canary,tier=backend"));

    assertThat(identity.namespace()).isEqualTo("other");
    assertThat(identity.labels())
        .containsEntry("version", "canary")
        .containsEntry("tier", "backend");
  }

  @Test
  void labelsSayWhereItRuns() {
    Identity told =
        of(
            Map.of(
                "WEFT_LOCALITY", "eu/a/1",
                "OTEL_RESOURCE_ATTRIBUTES", "cloud.region=us,cloud.availability_zone=us-b"));
    assertThat(told.labels())
        .containsEntry("topology.kubernetes.io/region", "eu")
        .containsEntry("topology.kubernetes.io/zone", "a")
        .containsEntry("topology.istio.io/subzone", "1");
    Identity found =
        of(Map.of("OTEL_RESOURCE_ATTRIBUTES", "cloud.region=us,cloud.availability_zone=us-b"));
    assertThat(found.labels())
        .containsEntry("topology.kubernetes.io/region", "us")
        .containsEntry("topology.kubernetes.io/zone", "us-b")
        .doesNotContainKey("topology.istio.io/subzone");
    assertThat(of(Map.of()).labels()).containsOnlyKeys("app");
  }

  @Test
  void withoutANameItIsNobody() {
    Identity identity = of(Map.of());

    assertThat(identity.named()).isFalse();
    assertThat(identity.name()).isEqualTo("unknown");
    assertThat(identity.namespace()).isEqualTo("default");
    assertThat(identity.workload().workload().canonicalRevision()).isEqualTo("latest");
  }

  @Test
  void instancesDiffer() {
    Settings settings = Settings.read(Map.of(), Map.of("OTEL_SERVICE_NAME", "a"));

    assertThat(Identity.of(settings, null, 1, "10.0.0.1").instance())
        .isNotEqualTo(Identity.of(settings, null, 2, "10.0.0.1").instance())
        .matches("a-[0-9a-f]{8}");
  }

  @Test
  void theTokensNamespaceIsTakenWhereNobodySaysAnother() {
    Settings bare = Settings.read(Map.of(), Map.of());
    assertThat(Identity.of(bare, "shop", 1, "10.0.0.1").namespace()).isEqualTo("shop");
    Settings set = Settings.read(Map.of("weft.namespace", "other"), Map.of());
    assertThat(Identity.of(set, "shop", 1, "10.0.0.1").namespace()).isEqualTo("other");
  }
}
