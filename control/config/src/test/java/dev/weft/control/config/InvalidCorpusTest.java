package dev.weft.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.Severity;
import dev.weft.control.model.WorkloadSource;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Files that are wrong, each in one way: a comment {@code #! CODE} stands on the line that is to be
 * found, and nothing else may be found. A whole corpus of them takes nothing from a good file.
 */
class InvalidCorpusTest {

  private static final Pattern EXPECTED = Pattern.compile("#! (WEFT[0-9]{4})");

  private static final String GOOD =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: good}
      spec:
        hosts: [good.example.com]
        ports: [{number: 80, name: http, protocol: HTTP}]
        resolution: DNS
      ---
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: good}
      spec:
        hosts: [good.example.com]
        http:
        - timeout: 1s
          route: [{destination: {host: good.example.com}}]
      """;

  private final ConfigReader reader = new ConfigReader(MeshSettings.DEFAULT);

  @TestFactory
  Stream<DynamicTest> eachIsRefusedWithCodeFileAndLine() throws IOException {
    List<Path> files = corpus();
    assertThat(files).hasSizeGreaterThanOrEqualTo(150);
    return files.stream().map(file -> dynamicTest(name(file), () -> check(file)));
  }

  private static List<Path> corpus() throws IOException {
    try (Stream<Path> files =
        Files.list(Path.of(InvalidCorpusTest.class.getResource("/invalid").toURI()))) {
      return files.sorted().toList();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static String name(Path file) {
    return Objects.requireNonNull(file.getFileName()).toString();
  }

  private void check(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    ConfigFile read = reader.read(name(file), content);
    assertThat(read.isValid()).isFalse();
    assertThat(errors(read))
        .as("%s", read.findings())
        .isEqualTo(expected(name(file), new String(content, StandardCharsets.ISO_8859_1)));
    assertThat(read.findings()).allMatch(finding -> !finding.message().isBlank());
  }

  private static Set<String> errors(ConfigFile file) {
    Set<String> errors = new TreeSet<>();
    for (Finding finding : file.findings()) {
      if (finding.severity() == Severity.ERROR) {
        errors.add(finding.location() + " " + finding.code().id());
      }
    }
    return errors;
  }

  private static Set<String> expected(String file, String text) {
    Set<String> expected = new TreeSet<>();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      Matcher matcher = EXPECTED.matcher(lines[i].replace("\0", ""));
      while (matcher.find()) {
        expected.add(file + ":" + (i + 1) + " " + matcher.group(1));
      }
    }
    assertThat(expected).as("what %s expects", file).isNotEmpty();
    return expected;
  }

  @Test
  void theRestKeepsWorking() throws IOException {
    List<ConfigFile> files = new ArrayList<>();
    files.add(reader.read("good.yaml", GOOD.getBytes(StandardCharsets.UTF_8)));
    for (Path file : corpus()) {
      ConfigFile bad = reader.read(name(file), Files.readAllBytes(file));
      // As whoever follows a directory does: a refused file contributes what it says, not what is
      // in it.
      files.add(new ConfigFile(bad.name(), List.of(), bad.findings()));
    }
    MeshModel model =
        new Resolver(MeshSettings.DEFAULT).resolve(files, WorkloadSource.Snapshot.EMPTY);
    assertThat(model.rules()).singleElement().satisfies(it -> assertThat(it.http()).hasSize(1));
    assertThat(model.services()).hasSize(1);
  }

  /** What is too large to be a file of the repository. */
  @Test
  void oversizedInputIsRefusedQuickly() {
    String regex = "a".repeat(1 << 20);
    refuses("regex.yaml", rule("uri: {regex: '" + regex + "'}"), "WEFT0101", 8);
    refuses("nested.yaml", rule("uri: {regex: '" + "(".repeat(500) + "'}"), "WEFT0101", 8);
    refuses("deep.yaml", rule("uri: " + "{a: ".repeat(100) + "}".repeat(100)), "WEFT0003", 8);
    refuses("large.yaml", "#".repeat(5 << 20), "WEFT0003", 0);
    refuses("documents.yaml", "---\na: b\n".repeat(3_000), "WEFT0003", 4_001);
    refuses("hosts.yaml", "a: [" + "x, ".repeat(600_000) + "]", "WEFT0003", 1);
  }

  private static String rule(String condition) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: large}
    spec:
      hosts: [large]
      http:
      - match:
        - %s
        route: [{destination: {host: large}}]
    """
        .formatted(condition);
  }

  private void refuses(String name, String yaml, String code, int line) {
    ConfigFile file = reader.read(name, yaml.getBytes(StandardCharsets.UTF_8));
    String where = line == 0 ? name : name + ":" + line;
    assertThat(errors(file)).as(name).containsExactly(where + " " + code);
  }
}
