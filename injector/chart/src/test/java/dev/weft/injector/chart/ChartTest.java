package dev.weft.injector.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Helm makes of the chart, for each set of values. After a change, write the goldens anew with
 * {@code -Dtest=ChartTest -Dweft.docs.write=true}, and read what has changed.
 */
class ChartTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir static Path directory;

  private static Charts charts;

  @BeforeAll
  static void unpack() throws Exception {
    charts = Charts.in(directory);
  }

  static Stream<Arguments> sets() {
    String everything = Charts.values("everything.yaml").toString();
    return Stream.of(
        Arguments.of("default", List.of()),
        Arguments.of("demo", List.of("--values", charts.file("values-demo.yaml").toString())),
        Arguments.of("ha", List.of("--values", charts.file("values-ha.yaml").toString())),
        Arguments.of("revision", List.of("--set", "revision=canary")),
        Arguments.of("validating", List.of("--set", "injector.validating.enabled=true")),
        Arguments.of("control-only", List.of("--set", "injector.enabled=false")),
        Arguments.of("everything", List.of("--values", everything)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sets")
  void rendersWhatWasReviewed(String name, List<String> arguments) throws Exception {
    String rendered = charts.rendered(arguments);
    Path golden = GOLDEN.resolve(name + ".yaml");
    if (Boolean.getBoolean("weft.docs.write")) {
      Files.writeString(golden, rendered);
    }
    assertThat(rendered).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sets")
  void lintHasNothingToSay(String name, List<String> arguments) throws Exception {
    Helm.Result result =
        charts.run(
            Stream.of(
                    List.of("lint", "--strict", charts.directory().toString()),
                    List.of("--namespace", Charts.NAMESPACE, "--kube-version", "1.35.0"),
                    arguments)
                .flatMap(List::stream)
                .toList());
    assertThat(result.exit()).as("%s: %s%s", name, result.out(), result.err()).isZero();
    assertThat(result.out()).doesNotContain("[WARNING]", "[ERROR]");
  }

  @Test
  void theReplicasAreLeftToTheAutoscaler() throws Exception {
    assertThat(charts.objects(Deployment.class, List.of()))
        .allMatch(it -> it.getSpec().getReplicas() == 1);
    assertThat(
            charts.objects(
                Deployment.class, List.of("--values", Charts.values("everything.yaml").toString())))
        .hasSize(2)
        .allMatch(it -> it.getSpec().getReplicas() == null);
  }

  /** So that an injector that cannot be told of new rules is replaced by one that has them. */
  @Test
  void otherRulesAreOtherPods() throws Exception {
    assertThat(checksum(List.of()))
        .isEqualTo(checksum(List.of("--set", "injector.replicas=2")))
        .isNotEqualTo(checksum(List.of("--set", "injector.failMode=open")));
  }

  private static String checksum(List<String> arguments) throws Exception {
    return charts.objects(Deployment.class, arguments).stream()
        .map(it -> it.getSpec().getTemplate().getMetadata().getAnnotations())
        .filter(it -> it.containsKey("checksum/rules"))
        .map(it -> it.get("checksum/rules"))
        .findFirst()
        .orElseThrow();
  }
}
