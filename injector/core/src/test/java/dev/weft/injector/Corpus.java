package dev.weft.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Pods as people write them, and as nobody should. */
final class Corpus {

  static final Path DIRECTORY = Path.of("src/test/resources/dev/weft/injector/corpus");

  private Corpus() {}

  /**
   * One of them.
   *
   * @param rules that differ from the default ones
   */
  record Case(String name, ObjectNode pod, InjectionRules rules, Injector.Origin origin) {

    Injection inject() throws PodException {
      return new Injector(rules).inject(pod, origin);
    }

    Path golden() {
      return DIRECTORY.resolve(name + ".golden");
    }
  }

  static List<Case> all() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .map(Corpus::read)
          .toList();
    }
  }

  private static Case read(Path file) {
    try {
      JsonNode written = Yaml.read(Files.readString(file)).get(0);
      JsonNode rules = written.path("rules");
      return new Case(
          file.getFileName().toString().replace(".yaml", ""),
          (ObjectNode) written.required("pod"),
          rules.isMissingNode() ? InjectionRules.DEFAULT : RulesReader.read(Yaml.write(rules)),
          new Injector.Origin(
              written.path("namespace").asText("shop"), written.path("workload").asText("")));
    } catch (IOException | RulesException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }
}
