package dev.weft.injector.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.kubernetes.Cluster;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart's files, without Helm. */
class ChartFilesTest {

  private static final Path SOURCE = Path.of("weft");

  @TempDir Path directory;

  private static Map<String, String> contents(Path root) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        contents.put(root.relativize(file).toString(), Files.readString(file));
      }
    }
    return contents;
  }

  @Test
  void itIsUnpackedFromADirectory() throws Exception {
    Path unpacked = Chart.unpack(directory);
    assertThat(unpacked).isEqualTo(directory.resolve("weft"));
    assertThat(contents(unpacked)).isEqualTo(contents(SOURCE)).containsKey("Chart.yaml");
  }

  @Test
  void itIsUnpackedFromAJar() throws Exception {
    Path jar = directory.resolve("all.jar");
    Path classes = Path.of(Chart.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        out.write(Files.readAllBytes(file));
        out.closeEntry();
      }
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      Class<?> chart = loader.loadClass(Chart.class.getName());
      chart.getMethod("unpack", Path.class).invoke(null, directory.resolve("of-a-jar"));
    }
    assertThat(contents(directory.resolve("of-a-jar/weft"))).isEqualTo(contents(SOURCE));
  }

  @Test
  void eachProfileIsAFile() throws Exception {
    Path chart = Chart.unpack(directory);
    for (Chart.Profile profile : Chart.Profile.values()) {
      assertThat(Chart.values(chart, profile))
          .hasSize(profile == Chart.Profile.DEFAULT ? 0 : 1)
          .allSatisfy(file -> assertThat(file).isRegularFile());
    }
  }

  /** There is one source of them, and the chart has all of it. */
  @Test
  void theDefinitionsAreThoseOfTheControlService() throws Exception {
    Path crds = Chart.unpack(directory).resolve("crds");
    assertThat(contents(crds)).isNotEmpty();
    URL written = Cluster.class.getResource("crds/ratelimit.yaml");
    assertThat(written).isNotNull();
    assertThat(Path.of("../../control/kubernetes/src/main/resources/dev/weft/control/kubernetes"))
        .satisfies(there -> assertThat(contents(there.resolve("crds"))).isEqualTo(contents(crds)));
    assertThat(contents(crds).get("ratelimit.yaml"))
        .isEqualTo(new String(written.openStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void itsVersionIsThatOfTheRepository() throws Exception {
    String pom = Files.readString(Path.of("../../pom.xml"));
    var version = Pattern.compile("<version>([^<]*)</version>").matcher(pom);
    assertThat(version.find()).isTrue();
    String expected = version.group(1).replace("-SNAPSHOT", "");
    JsonNode chart = yaml("Chart.yaml");
    assertThat(chart.path("version").asText()).isEqualTo(expected);
    assertThat(chart.path("appVersion").asText()).isEqualTo(expected);
  }

  private static JsonNode yaml(String name) throws IOException {
    Map<?, ?> map = Serialization.unmarshal(Files.readString(SOURCE.resolve(name)), Map.class);
    return new ObjectMapper().valueToTree(map);
  }

  /** A value that the schema does not know could never be set, and the other way about. */
  @Test
  void theSchemaKnowsEachValue() throws Exception {
    JsonNode schema = new ObjectMapper().readTree(SOURCE.resolve("values.schema.json").toFile());
    List<String> missing = new ArrayList<>();
    compare("", yaml("values.yaml"), schema, schema, missing);
    assertThat(missing).containsExactly("/global has no default");
  }

  private static void compare(
      String path, JsonNode values, JsonNode part, JsonNode schema, List<String> missing) {
    JsonNode properties = part.path("properties");
    if (!properties.isObject() || path.endsWith("affinity")) {
      return;
    }
    assertThat(part.path("additionalProperties").asText()).as(path).isEqualTo("false");
    properties
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!values.has(name)) {
                missing.add(path + "/" + name + " has no default");
              }
            });
    values
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!properties.has(name)) {
                missing.add(path + "/" + name + " is not in the schema");
              }
              compare(path + "/" + name, values.get(name), properties.path(name), schema, missing);
            });
  }

  /** What helm-docs, and a reader, expect above each value. */
  @Test
  void eachValueIsExplained() throws Exception {
    List<String> lines = Files.readAllLines(SOURCE.resolve("values.yaml"));
    Pattern key = Pattern.compile("( *)([A-Za-z]+):( .*)?");
    for (int i = 0; i < lines.size(); i++) {
      var leaf = key.matcher(lines.get(i));
      if (!leaf.matches() || (leaf.group(3) == null && !explained(lines, i))) {
        continue; // a map, whose values are explained each
      }
      assertThat(explained(lines, i) || inExplained(lines, i))
          .as("values.yaml:%d: %s", i + 1, lines.get(i))
          .isTrue();
    }
  }

  private static boolean explained(List<String> lines, int line) {
    int above = line - 1;
    while (above >= 0 && lines.get(above).strip().startsWith("#")) {
      if (lines.get(above).strip().startsWith("# -- ")) {
        return true;
      }
      above--;
    }
    return false;
  }

  /** Part of a value that is explained as a whole: deeper than a line that is. */
  private static boolean inExplained(List<String> lines, int line) {
    int depth = depth(lines.get(line));
    for (int above = line - 1; above >= 0; above--) {
      String text = lines.get(above);
      if (!text.isBlank() && !text.strip().startsWith("#") && depth(text) < depth) {
        if (explained(lines, above)) {
          return true;
        }
        depth = depth(text);
      }
    }
    return false;
  }

  private static int depth(String line) {
    return line.length() - line.stripLeading().length();
  }

  @Test
  void aProgramThatIsNamedMustBeThere() {
    assertThatThrownBy(() -> Helm.find(Map.of("HELM", "/nowhere/helm")))
        .hasMessage("HELM: /nowhere/helm (expected: the program helm)");
  }

  @Test
  void itIsFoundOnThePath() throws Exception {
    assertThat(Helm.find(Map.of("PATH", "/nowhere:" + directory))).isEmpty();
    Path program =
        Files.writeString(directory.resolve("helm"), "#!/bin/sh\necho out; echo err >&2; exit 3");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Helm helm = Helm.find(Map.of("PATH", "/nowhere:" + directory)).orElseThrow();
    assertThat(helm.run(List.of())).isEqualTo(new Helm.Result(3, "out\n", "err\n"));
  }
}
