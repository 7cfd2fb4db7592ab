package dev.weft.control.config;

import dev.weft.control.config.yaml.YamlException;
import dev.weft.control.config.yaml.YamlLimits;
import dev.weft.control.config.yaml.YamlNode;
import dev.weft.control.config.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A value of a JSON file, read leniently: what is absent is empty. */
record Json(@Nullable YamlNode node) {

  static Json read(Path file) {
    YamlLimits limits = new YamlLimits(64 << 20, 1, 64, 5_000_000);
    try {
      return new Json(new YamlReader(limits).read(Files.readAllBytes(file)).get(0));
    } catch (IOException | YamlException e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  boolean isThere() {
    return node != null;
  }

  Json get(String name) {
    YamlNode.Entry entry =
        node instanceof YamlNode.Mapping mapping ? mapping.entries().get(name) : null;
    return new Json(entry == null ? null : entry.value());
  }

  List<Json> list() {
    return node instanceof YamlNode.Sequence sequence
        ? sequence.items().stream().map(Json::new).toList()
        : List.of();
  }

  String text() {
    return node instanceof YamlNode.Scalar scalar ? scalar.text() : "";
  }

  String text(String otherwise) {
    return isThere() ? text() : otherwise;
  }

  Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    if (node instanceof YamlNode.Mapping mapping) {
      mapping.entries().forEach((key, entry) -> texts.put(key, new Json(entry.value()).text()));
    }
    return texts;
  }
}
