package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Istio's bookinfo samples, unmodified: each file takes effect, or every field that does not is
 * reported.
 */
class IstioSamplesTest {

  /** Field (or kind) and finding, per file; all other files must give no finding at all. */
  private static final Map<String, Set<String>> REPORTED =
      Map.of("bookinfo-gateway.yaml", Set.of("WEFT0204 ", "WEFT0205 spec.gateways"));

  @Test
  void everyFileTakesEffectOrIsReportedFieldByField() throws IOException {
    Path folder = SharedFolder.require("istio-samples/bookinfo");
    int files = 0;
    for (Path path : SharedFolder.list(folder)) {
      String name = String.valueOf(path.getFileName());
      ConfigFile file = new ConfigReader(MeshSettings.DEFAULT).read(name, Files.readAllBytes(path));
      assertThat(file.isValid()).as("%s: %s", name, file.findings()).isTrue();
      assertThat(reported(file)).as(name).isEqualTo(REPORTED.getOrDefault(name, Set.of()));
      assertThat(file.findings())
          .allSatisfy(
              finding -> {
                assertThat(finding.location()).isNotNull();
                assertThat(finding.toString()).contains(name + ":");
              });
      assertThat(file.resources()).as(name).isNotEmpty();
      files++;
    }
    assertThat(files).isGreaterThanOrEqualTo(16);
  }

  private static Set<String> reported(ConfigFile file) {
    return file.findings().stream().map(IstioSamplesTest::describe).collect(Collectors.toSet());
  }

  private static String describe(Finding finding) {
    return finding.code().id()
        + " "
        + (finding.code() == FindingCode.KIND_IGNORED ? "" : finding.field());
  }
}
