package dev.weft.control.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.config.Resolver;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.MutualTls;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.WorkloadSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy that guards somebody does not end because somebody mistypes it. */
class PolicyReloadTest {

  private static final DirectoryOptions QUICK =
      new DirectoryOptions(
          Duration.ofMillis(10),
          Duration.ofMillis(200),
          Duration.ofMillis(50),
          Duration.ofSeconds(30));
  private static final String STRICT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: istio-system}
      spec: {mtls: {mode: STRICT}}
      """;

  @TempDir private Path directory = Path.of(".");

  private static MeshModel model(DirectorySource source) {
    return new Resolver(MeshSettings.DEFAULT)
        .resolve(source.files(), WorkloadSource.Snapshot.EMPTY);
  }

  private static MutualTls mode(MeshModel model) {
    return model.inbound(new Namespace("default"), Map.of("app", "reviews")).mode();
  }

  private void write(String yaml) throws IOException {
    Files.writeString(directory.resolve("policy.yaml"), yaml);
  }

  @Test
  void theLastGoodPolicyStaysInForce() throws Exception {
    write(STRICT);
    try (DirectorySource source = DirectorySource.open(directory, MeshSettings.DEFAULT, QUICK)) {
      assertThat(mode(model(source))).isEqualTo(MutualTls.STRICT);
      for (String wrong :
          new String[] {
            STRICT.replace("STRICT", "STRIKT"), STRICT.replace("mtls", "mTLS"), "spec: [", ""
          }) {
        write(wrong);
        if (!wrong.isEmpty()) {
          Awaitility.await()
              .atMost(Duration.ofSeconds(20))
              .until(
                  () ->
                      model(source).findings().stream()
                          .anyMatch(it -> it.code() == FindingCode.LAST_GOOD));
        }
        assertThat(mode(model(source))).as(wrong).isEqualTo(MutualTls.STRICT);
        write(STRICT);
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> model(source).findings().isEmpty());
      }
      write(STRICT.replace("STRICT", "DISABLE"));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> mode(model(source)) == MutualTls.DISABLE);
      Files.delete(directory.resolve("policy.yaml"));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> mode(model(source)) == MutualTls.PERMISSIVE);
    }
  }
}
