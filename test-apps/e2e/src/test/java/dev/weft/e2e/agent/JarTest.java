package dev.weft.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What is in {@code weft-agent.jar}. */
class JarTest {

  private static List<String> names() throws IOException {
    try (JarFile jar = new JarFile(Layout.agent().toFile())) {
      return jar.stream().map(JarEntry::getName).toList();
    }
  }

  @Test
  void theApplicationsClassPathGetsOnlyTheWayIn() throws IOException {
    assertThat(names().stream().filter(name -> name.endsWith(".class")))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("dev/weft/agent/"));
  }

  @Test
  void nothingOfTheBuildIsInside() throws IOException {
    assertThat(names())
        .noneMatch(name -> name.contains("net/bytebuddy") || name.contains("io/opentelemetry"))
        .noneMatch(name -> name.contains("weaver/compile") || name.contains("asm/tree"));
  }

  @Test
  void itIsSmall() throws IOException {
    assertThat(Files.size(Layout.agent())).isLessThan(12_000_000);
  }

  @Test
  void everyEmbeddedLibraryHasItsLicence() throws IOException {
    assertThat(names()).contains("META-INF/LICENSE", "META-INF/NOTICE");
    try (JarFile jar = new JarFile(Layout.agent().toFile());
        InputStream in = jar.getInputStream(jar.getEntry("META-INF/EMBEDDED"))) {
      String list = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(list.lines()).isNotEmpty();
      assertThat(list.lines().map(line -> line.substring(line.indexOf(' ') + 1)))
          .allMatch(text -> jar.getEntry(text) != null);
    }
  }

  @Test
  void theBillOfMaterialsListsWhatIsEmbedded() throws IOException {
    try (JarFile jar = new JarFile(Layout.agent().toFile());
        InputStream in = jar.getInputStream(jar.getEntry("META-INF/EMBEDDED"))) {
      String list = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(components(jar, "META-INF/sbom/weft-agent.cdx.json").stream())
          .filteredOn(name -> !name.startsWith("weft-"))
          .containsExactlyInAnyOrderElementsOf(
              list.lines().map(line -> line.substring(0, line.indexOf(".jar"))).toList());
    }
    try (JarFile jar = new JarFile(Layout.weftctl().toFile())) {
      assertThat(components(jar, "META-INF/sbom/weftctl.cdx.json"))
          .anyMatch(name -> name.startsWith("grpc-netty-shaded-"))
          .anyMatch(name -> name.startsWith("nimbus-jose-jwt-"))
          .anyMatch(name -> name.startsWith("bcpkix-jdk18on-"))
          .anyMatch(name -> name.startsWith("snakeyaml-engine-"))
          .anyMatch(name -> name.startsWith("protobuf-java-"));
    }
  }

  /** Name and version of each, as a jar is called. */
  private static List<String> components(JarFile jar, String path) throws IOException {
    List<String> names = new ArrayList<>();
    JarEntry entry = jar.getJarEntry(path);
    assumeTrue(entry != null, jar.getName() + " has no bill of materials: it was built offline");
    try (InputStream in = jar.getInputStream(entry)) {
      JsonNode bill = new ObjectMapper().readTree(in);
      assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
      for (JsonNode each : bill.path("components")) {
        names.add(each.path("name").asText() + "-" + each.path("version").asText());
      }
    }
    return names;
  }
}
