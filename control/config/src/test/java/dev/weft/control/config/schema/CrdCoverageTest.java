package dev.weft.control.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.config.SharedFolder;
import dev.weft.control.config.schema.FieldSchema.Container;
import dev.weft.control.config.yaml.YamlException;
import dev.weft.control.config.yaml.YamlLimits;
import dev.weft.control.config.yaml.YamlNode;
import dev.weft.control.config.yaml.YamlNode.Mapping;
import dev.weft.control.config.yaml.YamlNode.Scalar;
import dev.weft.control.config.yaml.YamlNode.Sequence;
import dev.weft.control.config.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every field that Istio's own CRDs know is known here, with the same shape, and no other. */
class CrdCoverageTest {

  /** What Istio's schemas call the values of each type. */
  private static String type(FieldSchema field) {
    return switch (field.type()) {
      case OBJECT, LABELS -> "object";
      case BOOL -> "boolean";
      case INT32, UINT32, UINT64, PORT -> "integer";
      case NUMBER, PERCENT -> "number";
      default -> "string";
    };
  }

  @Test
  void sameFieldsAsIstio() throws IOException, YamlException {
    Map<String, String> theirs = new TreeMap<>();
    Map<String, String> ours = new TreeMap<>();
    for (YamlNode crd : crds()) {
      String kind = text(at(crd, "spec", "names", "kind"));
      String group = text(at(crd, "spec", "group"));
      Schemas.of(group, kind)
          .ifPresent(
              schema -> {
                collect(schema.spec(), kind, ours);
                collect(
                    at(version(crd), "schema", "openAPIV3Schema", "properties", "spec"),
                    kind,
                    theirs);
              });
    }
    assertThat(ours.keySet().stream().filter(field -> !field.contains("."))).hasSize(9);
    assertThat(ours).isEqualTo(theirs);
  }

  private static List<YamlNode> crds() throws IOException, YamlException {
    byte[] file = Files.readAllBytes(SharedFolder.require("istio-samples/crds/crd-all.gen.yaml"));
    return new YamlReader(new YamlLimits(4 << 20, 100, 100, 500_000)).read(file);
  }

  private static void collect(FieldSchema field, String path, Map<String, String> into) {
    String suffix =
        switch (field.container()) {
          case SINGLE -> "";
          case LIST -> "[]";
          case MAP -> "{}";
        };
    String labels = field.type() == ValueType.LABELS ? "{}" : "";
    into.put(path, field.container() == Container.SINGLE && labels.isEmpty() ? type(field) : "");
    if (!labels.isEmpty()) {
      into.put(path + labels, "string");
    } else if (!suffix.isEmpty()) {
      into.put(path + suffix, type(field));
    }
    field
        .fields()
        .values()
        .forEach(child -> collect(child, path + suffix + "." + child.name(), into));
  }

  private static void collect(@Nullable YamlNode schema, String path, Map<String, String> into) {
    YamlNode items = at(schema, "items");
    YamlNode values = at(schema, "additionalProperties");
    into.put(path, items == null && values == null ? text(at(schema, "type")) : "");
    if (items != null) {
      collect(items, path + "[]", into);
    }
    if (values != null) {
      collect(values, path + "{}", into);
    }
    if (at(schema, "properties") instanceof Mapping properties) {
      properties
          .entries()
          .forEach((name, entry) -> collect(entry.value(), path + "." + name, into));
    }
  }

  /** Of the version that is called v1, if there is one. */
  private static @Nullable YamlNode version(YamlNode crd) {
    return at(crd, "spec", "versions") instanceof Sequence versions
        ? versions.items().stream()
            .filter(version -> text(at(version, "name")).equals("v1"))
            .findFirst()
            .orElse(null)
        : null;
  }

  private static @Nullable YamlNode at(@Nullable YamlNode node, String... names) {
    YamlNode found = node;
    for (String name : names) {
      YamlNode.Entry entry = found instanceof Mapping mapping ? mapping.entries().get(name) : null;
      found = entry == null ? null : entry.value();
    }
    return found;
  }

  private static String text(@Nullable YamlNode node) {
    return node instanceof Scalar scalar ? scalar.text() : "";
  }
}
