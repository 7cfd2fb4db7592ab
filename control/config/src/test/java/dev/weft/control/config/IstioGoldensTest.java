package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What istiod accepts is accepted, what istiod refuses is refused. */
class IstioGoldensTest {

  @Test
  void accepted() throws IOException {
    int scenarios = 0;
    for (Path scenario : SharedFolder.list(SharedFolder.require("istiod-goldens"))) {
      Path input = scenario.resolve("input.yaml");
      if (Files.exists(input) && !String.valueOf(scenario.getFileName()).startsWith("rejected-")) {
        assertThat(errors(input)).as(scenario.toString()).isEmpty();
        scenarios++;
      }
    }
    assertThat(scenarios).isGreaterThan(30);
  }

  @Test
  void refused() throws IOException {
    List<String> refused = new ArrayList<>();
    for (Path scenario : SharedFolder.list(SharedFolder.require("istiod-goldens"))) {
      if (String.valueOf(scenario.getFileName()).startsWith("rejected-")) {
        assertThat(errors(scenario.resolve("input.yaml"))).as(scenario.toString()).isNotEmpty();
        refused.add(scenario.toString());
      }
    }
    assertThat(refused).hasSizeGreaterThanOrEqualTo(2);
  }

  private static List<Finding> errors(Path input) throws IOException {
    return new ConfigReader(MeshSettings.DEFAULT)
        .read(input.toString(), Files.readAllBytes(input)).findings().stream()
            .filter(finding -> finding.severity() == Severity.ERROR)
            .toList();
  }
}
