package dev.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The webhook's certificate is replaced ten times while pods are created; none is refused. */
class WebhookRotationTest {

  private static final int ROTATIONS = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Pattern CURRENT = Pattern.compile("\"current\":\\{[^}]*\\}");

  @TempDir static Path logs;

  @Test
  void noPodIsRefused() throws Exception {
    Optional<InstalledMesh.Parts> parts = InstalledMesh.Parts.find(logs);
    assumeTrue(parts.isPresent(), "no cluster");
    try (InstalledMesh mesh =
        InstalledMesh.install(
            parts.get(),
            "--set",
            "injector.failurePolicy=Fail",
            "--set",
            "injector.extraArguments={--certificate-life,6s,--certificate-settling,2s}")) {
      mesh.namespace("shop", Map.of("weft.dev/inject", "enabled"));
      Set<String> certificates = new LinkedHashSet<>();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      int pods = 0;
      while (certificates.size() <= ROTATIONS) {
        assertThat(System.nanoTime())
            .as("%s certificates", certificates.size())
            .isLessThan(deadline);
        Pod pod = mesh.controllers().create(deployment());
        pods++;
        assertThat(pod.getMetadata().getAnnotations())
            .as(mesh.tails())
            .containsKey("weft.dev/status");
        mesh.admin().resource(pod).withGracePeriod(0).delete();
        certificates.add(certificate(mesh));
      }
      System.out.println(pods + " pods during " + (certificates.size() - 1) + " rotations");
    }
  }

  private static String certificate(InstalledMesh mesh) {
    String data =
        mesh.admin()
            .secrets()
            .inNamespace(InstalledMesh.SYSTEM)
            .withName("weft-injector-certificate")
            .get()
            .getData()
            .get("certificate.json");
    Matcher current =
        CURRENT.matcher(new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
    assertThat(current.find()).isTrue();
    return current.group();
  }

  private static Deployment deployment() {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("orders")
        .withNamespace("shop")
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "orders")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .withImage("shop/orders:1")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
