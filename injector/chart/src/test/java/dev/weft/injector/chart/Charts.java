package dev.weft.injector.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The chart as jars have it, and the program that renders it. */
final class Charts {

  static final String NAMESPACE = "weft-system";
  static final String RELEASE = "weft";

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private final Helm helm;
  private final Path chart;

  private Charts(Helm helm, Path chart) {
    this.helm = helm;
    this.chart = chart;
  }

  /** Unpacked into a directory; the test that asks is skipped, aloud, where there is no Helm. */
  static Charts in(Path directory) throws IOException {
    Optional<Helm> helm = Helm.find(System.getenv());
    if (helm.isEmpty()) {
      System.err.println(
          "SKIPPED: the chart is not rendered (expected: helm on the PATH, or "
              + Helm.VARIABLE
              + "=$(.ci/helm/build))");
    }
    assumeTrue(helm.isPresent(), "no helm");
    return new Charts(helm.get(), Chart.unpack(directory));
  }

  Path directory() {
    return chart;
  }

  Path file(String name) {
    return chart.resolve(name);
  }

  /** Values of these tests. */
  static Path values(String name) {
    return Path.of("src/test/resources/values", name);
  }

  Helm.Result run(List<String> arguments) throws IOException, InterruptedException {
    return helm.run(arguments);
  }

  /** As {@code helm template} prints it, or says why not. */
  Helm.Result template(List<String> arguments) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(List.of("template", RELEASE, chart.toString(), "--namespace", NAMESPACE));
    all.addAll(List.of("--kube-version", "1.35.0"));
    all.addAll(arguments);
    return helm.run(all);
  }

  String rendered(List<String> arguments) throws IOException, InterruptedException {
    Helm.Result result = template(arguments);
    assertThat(result.exit()).as(result.err()).isZero();
    return result.out();
  }

  List<HasMetadata> objects(List<String> arguments) throws IOException, InterruptedException {
    return parse(rendered(arguments));
  }

  static List<HasMetadata> parse(String yaml) {
    List<HasMetadata> objects = new ArrayList<>();
    for (String document : yaml.split("(?m)^---$", -1)) {
      // What there is of comments alone is no object.
      if (document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"))) {
        objects.add((HasMetadata) YAML.unmarshal(document));
      }
    }
    return objects;
  }

  <T extends HasMetadata> List<T> objects(Class<T> kind, List<String> arguments)
      throws IOException, InterruptedException {
    return objects(arguments).stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
