package dev.weft.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.WorkloadSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Istio before 1.22 serves no v1 of its kinds. */
class OlderIstioTest extends ClusterTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CRD = "virtualservices.networking.istio.io";

  private void rule(String name, String version) {
    apply(
        String.format(
            Locale.ROOT,
            """
            apiVersion: networking.istio.io/%2$s
            kind: VirtualService
            metadata: {name: %1$s, namespace: default}
            spec:
              hosts: [%1$s.example.com]
              http: [{timeout: 1s, route: [{destination: {host: nowhere}}]}]
            """,
            name,
            version));
  }

  private static long resources(ClusterSource source) {
    return source.config().files().stream()
        .filter(file -> file.name().startsWith("VirtualService/"))
        .mapToLong(file -> file.resources().size())
        .sum();
  }

  @Test
  void theNewestVersionThatIsServedIsRead() throws Exception {
    CustomResourceDefinition full = null;
    for (HasMetadata each : load(Files.readString(istio()))) {
      if (each.getMetadata().getName().equals(CRD)) {
        full = (CustomResourceDefinition) each;
      }
    }
    assertThat(full).isNotNull();
    List<CustomResourceDefinitionVersion> all = full.getSpec().getVersions();
    CustomResourceDefinitionVersion older =
        all.stream().filter(it -> it.getName().equals("v1beta1")).findFirst().orElseThrow();
    older.setStorage(true);
    full.getSpec().setVersions(List.of(older));
    admin.resource(full).create();
    awaitServed(full);
    rule("older", "v1beta1");
    try (ClusterSource source =
        ClusterSource.open(control(), MeshSettings.DEFAULT, new Nobody(), PATIENCE)) {
      Awaitility.await().atMost(PATIENCE).until(() -> resources(source) == 1);
      assertThat(source.config().files()).allMatch(file -> file.isValid());

      // Istio is upgraded beneath us: each rule is there once, and new ones are seen.
      older.setStorage(false);
      full.getSpec().setVersions(all);
      admin.resource(full).forceConflicts().serverSideApply();
      awaitServed(full);
      rule("newer", "v1");
      Awaitility.await().atMost(PATIENCE).until(() -> resources(source) == 2);
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () ->
                  source.kinds().stream()
                      .filter(it -> it.kind().kind().equals("VirtualService"))
                      .flatMap(it -> it.resources().stream())
                      .allMatch(it -> it.getApiVersion().equals("networking.istio.io/v1")));
      assertThat(resources(source)).isEqualTo(2);
    }
  }

  private static final class Nobody implements WorkloadSource {
    @Override
    public Snapshot workloads() {
      return new Snapshot(List.of(), List.of());
    }

    @Override
    public ModelSource.Subscription onChange(Runnable changed) {
      return () -> {};
    }
  }
}
