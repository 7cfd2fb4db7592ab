package dev.weft.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.config.ConfigReader;
import dev.weft.control.config.schema.KindSchema;
import dev.weft.control.config.schema.Schemas;
import dev.weft.control.model.MeshSettings;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Weft's own kinds at a real API server: their definitions say what is read. After a change of a
 * schema, write them anew with {@code -Dtest=OwnKindsTest -Dweft.docs.write=true}.
 */
class OwnKindsTest extends ClusterTest {

  private static final Path CRDS = Path.of("src/main/resources/dev/weft/control/kubernetes/crds");

  private static List<KindSchema> own() {
    return Schemas.all().stream().filter(kind -> kind.group().equals("weft.dev")).toList();
  }

  private static Path file(KindSchema kind) {
    return CRDS.resolve(kind.kind().toLowerCase(Locale.ROOT) + ".yaml");
  }

  @BeforeAll
  void install() throws Exception {
    account("default", "default");
    for (KindSchema kind : own()) {
      String yaml = Serialization.asYaml(CrdWriter.write(kind)).replaceFirst("^---\n", "");
      if (Boolean.getBoolean("weft.docs.write")) {
        Files.createDirectories(CRDS);
        Files.writeString(file(kind), yaml);
      }
      assertThat(Files.readString(file(kind))).isEqualTo(yaml);
      define(yaml);
    }
  }

  private static String limit(String spec) {
    return "apiVersion: weft.dev/v1alpha1\n"
        + "kind: RateLimit\n"
        + "metadata: {name: limit, namespace: default}\n"
        + "spec: "
        + spec
        + "\n";
  }

  private GenericKubernetesResource create(String spec) {
    return admin
        .genericKubernetesResources("weft.dev/v1alpha1", "RateLimit")
        .load(new java.io.ByteArrayInputStream(limit(spec).getBytes(StandardCharsets.UTF_8)))
        .create();
  }

  private static boolean isRead(String spec) {
    return new ConfigReader(MeshSettings.DEFAULT)
        .read("limit.yaml", limit(spec).getBytes(StandardCharsets.UTF_8))
        .isValid();
  }

  @Test
  void theSchemasAreStructural() {
    for (KindSchema kind : own()) {
      assertThat(
              admin
                  .apiextensions()
                  .v1()
                  .customResourceDefinitions()
                  .withName(WatchedKind.of(kind).toString())
                  .get()
                  .getStatus()
                  .getConditions())
          .noneMatch(one -> one.getType().equals("NonStructuralSchema"));
    }
  }

  @Test
  void whatIsReadIsStoredAndWhatIsNotIsRefused() throws IOException {
    String fine =
        "{local: [{tokenBucket: {maxTokens: 10, tokensPerFill: 2, fillInterval: 1s},"
            + " match: {uri: {prefix: /api}, headers: {x-user: {regex: '*'}}}}]}";
    assertThat(isRead(fine)).isTrue();
    GenericKubernetesResource stored = create(fine);
    // Nothing of it was pruned.
    assertThat(
            new ConfigReader(MeshSettings.DEFAULT)
                .read("stored", Serialization.asJson(stored).getBytes(StandardCharsets.UTF_8))
                .isValid())
        .isTrue();
    assertThat(Serialization.asJson(stored.getAdditionalProperties()))
        .contains("tokensPerFill", "x-user", "prefix", "fillInterval");
    admin.resource(stored).delete();
    for (String wrong :
        List.of(
            "{local: [{tokenBucket: {maxTokens: ten, fillInterval: 1s}}]}",
            "{local: [{tokenBucket: {maxTokens: 0, fillInterval: 1s}}]}",
            "{local: [{tokenBucket: {fillInterval: 1s}}]}",
            "{local: {tokenBucket: {maxTokens: 1, fillInterval: 1s}}}",
            "{local: [{tokenBucket: {maxTokens: 1, fillInterval: 1s}, match: {uri: {prefix: /a,"
                + " exact: /b}}}]}")) {
      assertThat(isRead(wrong)).as(wrong).isFalse();
      assertThatThrownBy(() -> create(wrong))
          .as(wrong)
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422));
    }
  }
}
