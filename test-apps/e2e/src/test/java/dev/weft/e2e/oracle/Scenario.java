package dev.weft.e2e.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.Layout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Istio's YAML, and what a real istiod made of it for one kind of client. */
record Scenario(String name, Path directory, String variant, Workload caller) {

  static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Who asks.
   *
   * @param locality region/zone/sub-zone; empty: none
   */
  record Workload(String service, String namespace, Map<String, String> labels, String locality) {}

  /** Where they are, if they are there: beside the repository. */
  static Path folder() {
    return Layout.root().resolveSibling("shared").resolve("istiod-goldens");
  }

  /** All with routes; those about what a server admits have none. */
  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    try (Stream<Path> directories = Files.list(folder())) {
      for (Path directory : directories.filter(Files::isDirectory).sorted().toList()) {
        String name = directory.getFileName().toString();
        if (!name.startsWith("sec-")) {
          for (JsonNode node : read(directory.resolve("scenario.json")).path("nodes")) {
            String variant = node.path("dir").asText();
            all.add(new Scenario(name, directory, variant, caller(node.path("node"))));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static Workload caller(JsonNode node) {
    Map<String, String> labels = new TreeMap<>();
    node.at("/metadata/LABELS")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    JsonNode locality = node.path("locality");
    return new Workload(
        labels.getOrDefault("app", "client"),
        node.at("/metadata/NAMESPACE").asText(),
        labels,
        locality.isMissingNode()
            ? ""
            : String.join(
                "/",
                locality.path("region").asText(),
                locality.path("zone").asText(),
                locality.path("subZone").asText()));
  }

  String input() {
    try {
      return Files.readString(directory.resolve("input.yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code routes}, {@code clusters}, {@code endpoints} or {@code listeners}. */
  JsonNode expected(String what) {
    return read(directory.resolve(variant).resolve(what + ".json"));
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The route configurations that listeners on a port of this number use. */
  List<JsonNode> routeTables() {
    List<JsonNode> tables = new ArrayList<>();
    for (JsonNode table : expected("routes")) {
      if (table.path("name").asText().matches("[0-9]+")) {
        tables.add(table);
      }
    }
    return tables;
  }

  /**
   * Whether requests can be sent to all its clusters: without an iptables rule that says where they
   * were to go, and in plaintext, which is all that the backends speak.
   */
  boolean isComparable(JsonNode virtualHost) {
    String text = virtualHost.toString();
    for (JsonNode cluster : expected("clusters")) {
      boolean isOut =
          cluster.path("type").asText().equals("ORIGINAL_DST") || cluster.has("transportSocket");
      if (isOut && text.contains("\"" + cluster.path("name").asText() + "\"")) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return variant.equals("expected") ? name : name + variant.substring("expected".length());
  }
}
