package dev.weft.control.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.config.Resource;
import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LastGoodTest {

  private static final Duration GRACE = Duration.ofSeconds(2);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final LastGood lastGood =
      new LastGood(new ConfigReader(MeshSettings.DEFAULT), GRACE, nanos::get);

  @Test
  void anInvalidFileIsReportedAndKeepsItsLastGoodVersion() {
    update(Map.of("a.yaml", Yaml.rule("reviews", "v1"), "b.yaml", Yaml.rule("ratings", "v1")));
    update(Map.of("a.yaml", Yaml.negativeWeight("reviews"), "b.yaml", Yaml.rule("ratings", "v2")));
    assertThat(routes()).isEqualTo(Map.of("reviews", "v1", "ratings", "v2"));
    assertThat(findings())
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains(
                        "a.yaml:11", "WEFT0101", "weight: -1 (expected: >= 0)", "default/reviews"))
        .anySatisfy(text -> assertThat(text).contains("a.yaml", "WEFT0004", "(1 resources)"))
        .hasSize(2);
  }

  @Test
  void oneErrorRefusesTheWholeFile() {
    update(Map.of("a.yaml", Yaml.rule("reviews", "v1") + "---\n" + Yaml.rule("ratings", "v1")));
    update(Map.of("a.yaml", Yaml.rule("reviews", "v2") + "---\n" + Yaml.negativeWeight("ratings")));
    assertThat(routes()).isEqualTo(Map.of("reviews", "v1", "ratings", "v1"));
  }

  @Test
  void aFileThatWasNeverGoodContributesNothing() {
    update(Map.of("a.yaml", Yaml.BROKEN));
    assertThat(routes()).isEmpty();
    assertThat(findings()).singleElement().asString().contains("a.yaml:2", "WEFT0002", "TAB");
  }

  @Test
  void aDeletedFileIsGone() {
    update(Map.of("a.yaml", Yaml.rule("reviews", "v1")));
    assertThat(update(Map.of())).isTrue();
    assertThat(routes()).isEmpty();
    assertThat(findings()).isEmpty();
  }

  @Test
  void anInvalidFileThatIsDeletedTakesItsLastGoodVersionWithIt() {
    update(Map.of("a.yaml", Yaml.rule("reviews", "v1")));
    update(Map.of("a.yaml", Yaml.BROKEN));
    update(Map.of());
    update(Map.of("a.yaml", Yaml.BROKEN));
    assertThat(routes()).isEmpty();
  }

  @Test
  void anUnreadableFileKeepsItsLastGoodVersion() {
    update(Map.of("a.yaml", Yaml.rule("reviews", "v1")));
    lastGood.update(Map.of("a.yaml", new FileContent.Unreadable("AccessDeniedException: a.yaml")));
    assertThat(routes()).isEqualTo(Map.of("reviews", "v1"));
    assertThat(findings())
        .anySatisfy(text -> assertThat(text).contains("WEFT0001", "AccessDenied"));
  }

  @Test
  void aTruncatedFileIsAwaited() {
    update(Map.of("a.yaml", Yaml.rule("reviews", "v1")));
    update(Map.of("a.yaml", ""));
    assertThat(routes()).isEqualTo(Map.of("reviews", "v1"));
    assertThat(lastGood.nextDecision()).contains(GRACE);
    nanos.addAndGet(GRACE.toNanos() - 1);
    update(Map.of("a.yaml", " \n"));
    assertThat(routes()).isEqualTo(Map.of("reviews", "v1"));
    nanos.addAndGet(1);
    assertThat(update(Map.of("a.yaml", ""))).isTrue();
    assertThat(routes()).isEmpty();
    assertThat(lastGood.nextDecision()).isEmpty();
  }

  @Test
  void aTruncatedFileThatIsWrittenAfterAllNeverLeftAGap() {
    update(Map.of("a.yaml", Yaml.rule("reviews", "v1")));
    update(Map.of("a.yaml", ""));
    update(Map.of("a.yaml", Yaml.rule("reviews", "v2")));
    assertThat(routes()).isEqualTo(Map.of("reviews", "v2"));
    assertThat(lastGood.nextDecision()).isEmpty();
    assertThat(findings()).isEmpty();
  }

  @Test
  void aFileOfCommentsAloneTakesEffectAtOnce() {
    update(Map.of("a.yaml", Yaml.rule("reviews", "v1")));
    update(Map.of("a.yaml", "# nothing for now\n"));
    assertThat(routes()).isEmpty();
  }

  @Test
  void nothingNewIsNoChange() {
    update(Map.of("a.yaml", Yaml.rule("reviews", "v1")));
    assertThat(update(Map.of("a.yaml", Yaml.rule("reviews", "v1")))).isFalse();
  }

  private boolean update(Map<String, String> files) {
    return lastGood.update(
        files.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, file -> Yaml.content(file.getValue()))));
  }

  private Map<String, String> routes() {
    return routes(lastGood.files());
  }

  /** The subset to which each rule sends. */
  static Map<String, String> routes(List<ConfigFile> files) {
    return files.stream()
        .flatMap(file -> file.resources().stream())
        .map(Resource.Rule.class::cast)
        .collect(
            Collectors.toMap(rule -> rule.id().name(), rule -> rule.rule().http().get(0).name()));
  }

  private List<String> findings() {
    return lastGood.files().stream()
        .flatMap(file -> file.findings().stream())
        .map(Finding::toString)
        .toList();
  }
}
