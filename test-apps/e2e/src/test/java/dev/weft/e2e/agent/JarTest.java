package dev.weft.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
}
