package dev.weft.control.source;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real directory, edited live in the ways in which people and machines edit. */
class DirectorySourceTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path directory = Path.of("");
  private @Nullable DirectorySource source;

  @AfterEach
  void close() {
    if (source != null) {
      source.close();
    }
  }

  @Test
  void whatIsThereIsInForceAtOnce() throws IOException {
    write("a.yaml", Yaml.rule("reviews", "v1"));
    Files.createDirectories(directory.resolve("more/deep"));
    write("more/deep/b.yml", Yaml.rule("ratings", "v1"));
    write(
        "c.json",
        "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"x\"}}");
    write("notes.txt", "not: [configuration");
    write(".hidden.yaml", Yaml.rule("hidden", "v1"));
    open();
    assertThat(resourceNames()).containsExactly("reviews", "ratings");
  }

  @Test
  void editsInPlaceAreFollowed() throws IOException {
    write("a.yaml", Yaml.rule("reviews", "v1"));
    open();
    write("a.yaml", Yaml.rule("reviews", "v2"));
    awaitRoutes(Map.of("reviews", "v2"));
    write("b.yaml", Yaml.rule("ratings", "v1"));
    awaitRoutes(Map.of("reviews", "v2", "ratings", "v1"));
    Files.delete(directory.resolve("a.yaml"));
    awaitRoutes(Map.of("ratings", "v1"));
  }

  @Test
  void atomicRenamesAreFollowed() throws IOException {
    write("a.yaml", Yaml.rule("reviews", "v1"));
    open();
    for (int i = 2; i < 6; i++) {
      write(".a.yaml.swp", Yaml.rule("reviews", "v" + i));
      Files.move(directory.resolve(".a.yaml.swp"), directory.resolve("a.yaml"), ATOMIC_MOVE);
      awaitRoutes(Map.of("reviews", "v" + i));
    }
  }

  @Test
  void aFileWrittenInPiecesNeverLeavesAGap() throws IOException {
    write("a.yaml", Yaml.rule("reviews", "v1"));
    DirectorySource open = open();
    AtomicInteger gaps = new AtomicInteger();
    open.onChange(
        () -> {
          if (!LastGoodTest.routes(open.files()).containsKey("reviews")) {
            gaps.incrementAndGet();
          }
        });
    String next = Yaml.rule("reviews", "v2");
    int cut = next.indexOf("spec:");
    try (OutputStream out =
        Files.newOutputStream(directory.resolve("a.yaml"), StandardOpenOption.TRUNCATE_EXISTING)) {
      awaitFinding(FindingCode.LAST_GOOD);
      out.write(next.substring(0, cut).getBytes(StandardCharsets.UTF_8));
      out.flush();
      awaitFinding(FindingCode.MISSING);
      assertThat(routes()).isEqualTo(Map.of("reviews", "v1"));
      out.write(next.substring(cut).getBytes(StandardCharsets.UTF_8));
    }
    awaitRoutes(Map.of("reviews", "v2"));
    assertThat(gaps).hasValue(0);
  }

  @Test
  void theSwapOfAMountedConfigMapIsFollowed() throws IOException {
    version("..2026_01", Yaml.rule("reviews", "v1"));
    Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_01"));
    Files.createSymbolicLink(directory.resolve("rules.yaml"), Path.of("..data/rules.yaml"));
    open();
    assertThat(routes()).isEqualTo(Map.of("reviews", "v1"));
    version("..2026_02", Yaml.rule("reviews", "v2"));
    Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..2026_02"));
    Files.move(directory.resolve("..data_tmp"), directory.resolve("..data"), ATOMIC_MOVE);
    awaitRoutes(Map.of("reviews", "v2"));
  }

  @Test
  void aNewFolderIsFollowed() throws IOException {
    open();
    Files.createDirectories(directory.resolve("team"));
    write("team/a.yaml", Yaml.rule("reviews", "v1"));
    awaitRoutes(Map.of("reviews", "v1"));
    write("team/a.yaml", Yaml.rule("reviews", "v2"));
    awaitRoutes(Map.of("reviews", "v2"));
  }

  @Test
  void aDirectoryThatVanishesKeepsEverythingInForce() throws IOException {
    Path config = Files.createDirectories(directory.resolve("config"));
    Files.writeString(config.resolve("a.yaml"), Yaml.rule("reviews", "v1"));
    source = DirectorySource.open(config, MeshSettings.DEFAULT, options());
    Path away = directory.resolve("away");
    Files.move(config, away);
    awaitFinding(FindingCode.UNREADABLE);
    assertThat(routes()).isEqualTo(Map.of("reviews", "v1"));
    Files.writeString(away.resolve("a.yaml"), Yaml.rule("reviews", "v2"));
    Files.move(away, config);
    awaitRoutes(Map.of("reviews", "v2"));
    await().atMost(LIMIT).until(() -> findings().isEmpty());
  }

  @Test
  void whatCannotBeReadIsSaid() throws IOException {
    Files.createSymbolicLink(directory.resolve("gone.yaml"), Path.of("nowhere"));
    Files.createSymbolicLink(directory.resolve("loop"), Path.of("."));
    Files.createDirectories(directory.resolve("1/2/3/4/5/6/7/8/9/10"));
    write("a.yaml", Yaml.rule("reviews", "v1"));
    open();
    assertThat(routes()).isEqualTo(Map.of("reviews", "v1"));
    assertThat(findings()).containsExactly(FindingCode.UNREADABLE, FindingCode.UNREADABLE);
  }

  @Test
  void aHugeFileIsRefused() throws IOException {
    write("a.yaml", Yaml.rule("reviews", "v1"));
    open();
    write("b.yaml", "# " + "x".repeat(10 << 20) + "\n" + Yaml.rule("ratings", "v1"));
    awaitFinding(FindingCode.LIMIT);
    assertThat(routes()).isEqualTo(Map.of("reviews", "v1"));
  }

  private DirectorySource open() {
    DirectorySource opened = DirectorySource.open(directory, MeshSettings.DEFAULT, options());
    source = opened;
    return opened;
  }

  /** Polling often, in case the test's file system tells nothing. */
  private static DirectoryOptions options() {
    DirectoryOptions defaults = DirectoryOptions.DEFAULT;
    return new DirectoryOptions(
        defaults.quiet(), defaults.longest(), Duration.ofMillis(500), Duration.ofSeconds(30));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private void version(String folder, String text) throws IOException {
    Files.createDirectories(directory.resolve(folder));
    Files.writeString(directory.resolve(folder).resolve("rules.yaml"), text);
  }

  private DirectorySource source() {
    if (source == null) {
      throw new IllegalStateException("not open");
    }
    return source;
  }

  private Map<String, String> routes() {
    return LastGoodTest.routes(source().files());
  }

  private List<String> resourceNames() {
    return source().files().stream()
        .flatMap(file -> file.resources().stream())
        .map(resource -> resource.id().name())
        .toList();
  }

  private List<FindingCode> findings() {
    return source().files().stream()
        .flatMap(file -> file.findings().stream())
        .map(finding -> finding.code())
        .toList();
  }

  private void awaitRoutes(Map<String, String> expected) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(routes()).isEqualTo(expected));
  }

  private void awaitFinding(FindingCode code) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(findings()).contains(code));
  }
}
