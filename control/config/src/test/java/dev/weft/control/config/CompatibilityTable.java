package dev.weft.control.config;

import dev.weft.control.config.schema.FieldSchema;
import dev.weft.control.config.schema.FieldStatus;
import dev.weft.control.config.schema.KindSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The fields of one kind: what becomes of them, and for those that are enforced a test that has
 * them in its configuration. Tests that compare with a real Envoy come first.
 */
final class CompatibilityTable {

  /** Enforced where connections are made, by no rule about requests. */
  private static final Pattern CONNECTION_LEVEL =
      Pattern.compile(
          "(tls|tcp)\\[].*|.*\\b(tls|tunnel|proxyProtocol)\\b.*|.*connectionPool\\.tcp\\..*");

  /** The same fields are those of requests, too. */
  private static final Pattern OF_CONNECTIONS = Pattern.compile("(tls|tcp)\\[].*");

  /** Where the configuration is one of those beside the repository, for the rest. */
  private static final Map<String, String> SCENARIOS =
      Map.of(
          "localityLbSetting", "locality-distribute, locality-failover",
          "warmup", "lb-simple",
          "warmupDurationSecs", "lb-simple",
          "outlierDetection", "outlier-detection",
          "locality", "locality-failover");

  /** In no test's YAML yet. */
  private static final Set<String> UNSHOWN = Set.of("failoverPriority");

  private final Map<String, String> tests = new LinkedHashMap<>();
  private final List<String> unshown = new ArrayList<>();

  /** With the tests of this repository. */
  CompatibilityTable(Path root) throws IOException {
    Path oracle = root.resolve("test-apps/e2e/src/test/java/dev/weft/e2e/oracle");
    tests.put("EnvoyOracleTest", Files.readString(oracle.resolve("Configurations.java")));
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> sources =
          files
              .filter(file -> file.toString().matches(".*/src/test/java/.*Test\\.java"))
              .filter(file -> !file.toString().matches(".*/(schema|BadInputTest|InvalidCorpus).*"))
              .sorted()
              .toList();
      for (Path source : sources) {
        String name = source.getFileName().toString().replace(".java", "");
        tests.merge(name, Files.readString(source), String::concat);
      }
    }
  }

  /** Enforced fields that no test has in its configuration. */
  List<String> unshown() {
    return unshown;
  }

  String of(KindSchema kind) {
    List<String> rows = new ArrayList<>(List.of("| field | | shown by |", "|---|---|---|"));
    Set<String> shapes = new HashSet<>();
    for (FieldSchema field : kind.spec().fields().values()) {
      rows(rows, kind.kind(), field, "", shapes);
    }
    return String.join("\n", rows);
  }

  private void rows(
      List<String> rows, String kind, FieldSchema field, String prefix, Set<String> shapes) {
    String path = prefix + field.name() + suffix(field);
    if (field.status() != FieldStatus.ENFORCED) {
      rows.add("| `" + path + "` | reported | |");
    } else if (!field.shape().isEmpty() && !shapes.add(field.shape())) {
      rows.add("| `" + path + "` | as *" + field.shape() + "* above | |");
    } else if (field.fields().isEmpty()) {
      String level = CONNECTION_LEVEL.matcher(path).matches() ? "connection level" : "enforced";
      rows.add("| `" + path + "` | " + level + " | " + shownBy(kind, path) + " |");
    } else {
      for (FieldSchema child : field.fields().values()) {
        rows(rows, kind, child, path + ".", shapes);
      }
    }
  }

  private String shownBy(String kind, String path) {
    String[] names = path.replaceAll("\\[]|\\{}", "").split("\\.");
    String last = names[names.length - 1];
    String before = names.length > 1 ? names[names.length - 2] : kind;
    for (Map.Entry<String, String> test : tests.entrySet()) {
      if (test.getValue().contains(kind)
          && (test.getKey().startsWith("Tcp") || !OF_CONNECTIONS.matcher(path).matches())
          && has(test.getValue(), last)
          && has(test.getValue(), before)) {
        return test.getKey();
      }
    }
    if (UNSHOWN.contains(last)) {
      return "";
    }
    for (String name : names) {
      if (SCENARIOS.containsKey(name)) {
        return "IstiodOracleTest (" + SCENARIOS.get(name) + ")";
      }
    }
    unshown.add(kind + " " + path);
    return "";
  }

  private static boolean has(String text, String name) {
    return Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(text).find();
  }

  private static String suffix(FieldSchema field) {
    return switch (field.container()) {
      case SINGLE -> "";
      case LIST -> "[]";
      case MAP -> "{}";
    };
  }
}
