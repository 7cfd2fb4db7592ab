package dev.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Job calls by mutual TLS and ends by itself; the agent comes as an image volume. */
class JobInClusterTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path logs;

  @Test
  void endsByItselfWhenItsWorkIsDone() throws Exception {
    Optional<InstalledMesh.Parts> parts = InstalledMesh.Parts.find(logs);
    assumeTrue(parts.isPresent(), "no cluster");
    try (InstalledMesh mesh =
        InstalledMesh.install(parts.get(), "--set", "injector.delivery=imageVolume")) {
      mesh.namespace("books", Map.of("weft.dev/inject", "enabled"));
      try (InputStream text = getClass().getResourceAsStream("job.yaml")) {
        mesh.apply(new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8));
      }
      mesh.awaitRoots("books");
      Deployment details =
          mesh.admin().apps().deployments().inNamespace("books").withName("details").get();
      TestNode.Running serving = mesh.controllers().run(details);
      mesh.controllers().endpoints();
      URI book = URI.create("http://" + serving.address() + ":9080/details/0");
      serving.container().await(Pattern.compile("details v1 is ready"), PATIENCE);
      assertThatThrownBy(() -> InstalledMesh.get(book))
          .as("without mutual TLS")
          .isInstanceOf(IOException.class);

      Job job = mesh.admin().batch().v1().jobs().inNamespace("books").withName("inventory").get();
      TestNode.Running running = mesh.controllers().run(job);
      assertThat(running.pod().getSpec().getInitContainers()).isEmpty();
      assertThat(running.pod().getSpec().getVolumes())
          .anySatisfy(volume -> assertThat(volume.getImage()).isNotNull());
      assertThat(running.awaitCompletion(PATIENCE))
          .as(running.container().tail())
          .isEqualTo("Succeeded");
      assertThat(running.container().tail()).contains("200 ").contains("\"pages\"");
    }
  }
}
