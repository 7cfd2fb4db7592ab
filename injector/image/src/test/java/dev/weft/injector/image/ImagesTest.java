package dev.weft.injector.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The images that the profile {@code images} makes, from a base that this test makes, without a
 * registry or a daemon. The jars are stand-ins: what matters is where they are put.
 */
class ImagesTest {

  private static final long PATIENCE_SECONDS = 300;

  @TempDir static Path directory;

  private static Path first;
  private static Path second;

  /** Twice, from copies with other times, with nothing kept of the first time. */
  @BeforeAll
  static void build() throws Exception {
    first = build("first", Instant.parse("2024-02-29T12:00:00Z"));
    second = build("second", Instant.parse("2025-06-30T01:02:03Z"));
  }

  private static Path build(String name, Instant modified) throws Exception {
    Path own = Files.createDirectories(directory.resolve(name));
    Path jars = Files.createDirectory(own.resolve("jars"));
    jar(jars.resolve("weft-agent.jar"), "the agent", modified);
    jar(jars.resolve("weftctl.jar"), "weftctl", modified);
    jar(jars.resolve("original-weftctl.jar"), "what else is in target", modified);
    Path base = BaseTar.write(own.resolve("base.tar"), "amd64");
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("weft.maven"),
                "--batch-mode",
                "--file",
                Path.of("pom.xml").toAbsolutePath().toString(),
                "-Pimages",
                // This test's own classes are in use.
                "-Dmaven.test.skip=true",
                "-Dweft.image.base=tar://" + base,
                "-Dweft.image.agent=" + jars,
                "-Dweft.image.weftctl=" + jars,
                "-Dweft.image.directory=" + own,
                "-Djib.baseImageCache=" + own.resolve("base-cache"),
                "-Djib.applicationCache=" + own.resolve("application-cache"),
                "-Dmaven.repo.local=" + System.getProperty("weft.maven.repository")));
    if (System.getProperty("weft.maven.mode").equals("offline=true")) {
      command.add("--offline");
    }
    command.add("package");
    Path log = own.resolve("maven.log");
    Process maven =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(maven.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(name).isTrue();
      assertThat(maven.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      maven.destroyForcibly();
    }
    return own;
  }

  private static void jar(Path file, String content, Instant modified) throws IOException {
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(it -> texts.add(it.asText()));
    return texts;
  }

  @Test
  void weftIsTheBaseAndALayerForEachJar() throws Exception {
    OciImage weft = OciImage.read(first.resolve("weft.tar"));
    assertThat(weft.layers()).hasSize(3);
    assertThat(weft.text(0, BaseTar.FILE)).isEqualTo("base");
    assertThat(weft.layers().get(1).entries()).containsOnlyKeys("app/", "app/weft-agent.jar");
    assertThat(weft.text(1, "app/weft-agent.jar")).isEqualTo("the agent");
    assertThat(weft.layers().get(2).entries()).containsOnlyKeys("app/", "app/weftctl.jar");
    assertThat(weft.text(2, "app/weftctl.jar")).isEqualTo("weftctl");
  }

  @Test
  void weftRunsWeftctlAsNobody() throws Exception {
    JsonNode config = OciImage.read(first.resolve("weft.tar")).config();
    assertThat(config.path("architecture").asText()).isEqualTo("amd64");
    assertThat(config.path("os").asText()).isEqualTo("linux");
    assertThat(config.path("config").path("User").asText()).isEqualTo("65532:65532");
    assertThat(texts(config.path("config").path("Entrypoint")))
        .containsExactly("java", "-jar", "/app/weftctl.jar");
    assertThat(config.path("config").has("Cmd")).isFalse();
    assertThat(texts(config.path("config").path("Env"))).contains("PATH=/opt/java/bin");
  }

  @Test
  void weftAgentIsOneFileAlone() throws Exception {
    OciImage agent = OciImage.read(first.resolve("weft-agent.tar"));
    assertThat(agent.layers()).hasSize(1);
    assertThat(agent.layers().get(0).entries()).containsOnlyKeys("weft-agent.jar");
    assertThat(agent.text(0, "weft-agent.jar")).isEqualTo("the agent");
    assertThat(agent.config().path("architecture").asText()).isEqualTo("amd64");
    assertThat(agent.config().path("config").has("Entrypoint")).isFalse();
    assertThat(agent.manifest().path("mediaType").asText())
        .isEqualTo("application/vnd.oci.image.manifest.v1+json");
  }

  /** Whoever the pod says runs it may read them, and nobody may change them. */
  @Test
  void theFilesAreRootsAndReadable() throws Exception {
    for (String name : List.of("weft.tar", "weft-agent.tar")) {
      OciImage image = OciImage.read(first.resolve(name));
      image.layers().stream()
          .flatMap(layer -> layer.entries().entrySet().stream())
          .filter(entry -> entry.getKey().endsWith(".jar"))
          .forEach(
              entry -> {
                assertThat(entry.getValue().owner()).as(entry.getKey()).isZero();
                assertThat(entry.getValue().mode()).as(entry.getKey()).isEqualTo(0644);
                assertThat(entry.getValue().seconds()).as(entry.getKey()).isEqualTo(1);
              });
    }
  }

  @Test
  void theSameJarsAreTheSameImage() throws Exception {
    for (String name : List.of("weft", "weft-agent")) {
      String digest = Files.readString(first.resolve(name + ".digest"));
      assertThat(digest).startsWith("sha256:");
      assertThat(Files.readString(second.resolve(name + ".digest"))).isEqualTo(digest);
      assertThat(OciImage.read(first.resolve(name + ".tar")).digest()).isEqualTo(digest);
      assertThat(second.resolve(name + ".tar"))
          .hasSameBinaryContentAs(first.resolve(name + ".tar"));
    }
  }

  /** The chart names them so. */
  @Test
  void theyAreNamedByTheVersionOfTheChart() throws Exception {
    String chart = Files.readString(Path.of("../chart/weft/Chart.yaml"));
    for (String name : List.of("weft", "weft-agent")) {
      String json = Files.readString(first.resolve(name + ".json"));
      String tagged = json.replaceFirst(".*\"image\":\"([^\"]*)\".*", "$1");
      assertThat(tagged).startsWith(name + ":");
      assertThat(chart).contains("\nappVersion: " + tagged.substring(name.length() + 1) + "\n");
    }
  }
}
