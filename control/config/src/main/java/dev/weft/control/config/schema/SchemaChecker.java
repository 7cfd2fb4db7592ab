package dev.weft.control.config.schema;

import dev.weft.control.config.schema.FieldSchema.Container;
import dev.weft.control.config.schema.Report.Path;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.config.yaml.YamlNode;
import dev.weft.control.config.yaml.YamlNode.Mapping;
import dev.weft.control.config.yaml.YamlNode.Scalar;
import dev.weft.control.config.yaml.YamlNode.Sequence;
import dev.weft.control.model.FindingCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Checks a document against its schema: unknown and missing fields, types, ranges, choices and
 * syntax; and reports every field that is valid but not enforced, once, at the outermost one. A
 * null value counts as an absent one, as it does for Kubernetes.
 */
public final class SchemaChecker {

  private final Report report;

  public SchemaChecker(Report report) {
    this.report = report;
  }

  /**
   * Checks the value of one field. Its own status is not reported, only those of fields within that
   * differ.
   */
  public void check(FieldSchema field, YamlNode node, Path path) {
    check(field, node, path, field.status());
  }

  private void check(FieldSchema field, YamlNode node, Path path, FieldStatus around) {
    if (field.status() != around) {
      reportStatus(field, path);
    }
    switch (field.container()) {
      case SINGLE -> single(field, node, path);
      case LIST -> list(field, node, path);
      case MAP -> map(field, node, path);
    }
  }

  private void reportStatus(FieldSchema field, Path path) {
    String instead = field.note().isEmpty() ? "" : "; " + field.note();
    if (field.status() == FieldStatus.LATER) {
      report.add(FindingCode.FIELD_NOT_ENFORCED, path, "valid, but not enforced yet" + instead);
    } else if (field.status() == FieldStatus.NEVER) {
      report.add(FindingCode.FIELD_NEVER, path, "means nothing inside a JVM" + instead);
    }
  }

  private void list(FieldSchema field, YamlNode node, Path path) {
    if (!(node instanceof Sequence sequence)) {
      report.add(FindingCode.WRONG_TYPE, path, node.describe() + " (expected: a list)");
      return;
    }
    if (sequence.items().isEmpty() && field.constraints().required()) {
      report.add(FindingCode.MISSING, path, "is empty (expected: at least one)");
    }
    int index = 0;
    for (YamlNode item : sequence.items()) {
      single(field, item, path.item(index++, item.line()));
    }
  }

  private void map(FieldSchema field, YamlNode node, Path path) {
    if (!(node instanceof Mapping mapping)) {
      report.add(FindingCode.WRONG_TYPE, path, node.describe() + " (expected: an object)");
      return;
    }
    mapping
        .entries()
        .forEach(
            (key, entry) -> single(field, entry.value(), path.key(Excerpt.of(key), entry.line())));
  }

  private void single(FieldSchema field, YamlNode node, Path path) {
    Optional<String> mistyped = field.type().mistyped(node);
    if (mistyped.isPresent()) {
      report.add(FindingCode.WRONG_TYPE, path, mistyped.get());
    } else if (node instanceof Mapping mapping && field.type() == ValueType.LABELS) {
      labels(mapping, path);
    } else if (node instanceof Mapping mapping && field.type() == ValueType.OBJECT) {
      object(field, mapping, path);
    } else if (node instanceof Scalar scalar) {
      value(field, scalar.text(), path);
    }
  }

  private void value(FieldSchema field, String text, Path path) {
    Optional<String> invalid = field.type().invalid(text).or(() -> outOfBounds(field, text));
    invalid.ifPresent(wrong -> report.add(FindingCode.INVALID, path, wrong));
  }

  private static Optional<String> outOfBounds(FieldSchema field, String text) {
    FieldSchema.Constraints bounds = field.constraints();
    if (!bounds.choices().isEmpty() && !bounds.choices().contains(text)) {
      String choices = String.join(", ", bounds.choices());
      return Optional.of(Excerpt.of(text) + " (expected: one of " + choices + ")");
    }
    Long min = bounds.min();
    if (min != null && Double.parseDouble(text) < min) {
      return Optional.of(text + " (expected: >= " + min + ")");
    }
    Long max = bounds.max();
    if (max != null && Double.parseDouble(text) > max) {
      return Optional.of(text + " (expected: <= " + max + ")");
    }
    return Optional.empty();
  }

  private void labels(Mapping mapping, Path path) {
    mapping
        .entries()
        .forEach(
            (name, entry) -> {
              Path at = path.key(Excerpt.of(name), entry.line());
              Syntax.labelName(name).ifPresent(wrong -> report.add(FindingCode.INVALID, at, wrong));
              Optional<String> mistyped = ValueType.STRING.mistyped(entry.value());
              boolean empty =
                  entry.value() instanceof Scalar scalar
                      && scalar.text().isEmpty()
                      && !scalar.plain();
              if (mistyped.isPresent() && !empty) {
                report.add(FindingCode.WRONG_TYPE, at, mistyped.get());
              } else if (entry.value() instanceof Scalar scalar) {
                Syntax.labelValue(scalar.text())
                    .ifPresent(
                        wrong ->
                            report.add(
                                FindingCode.INVALID, at, Excerpt.of(scalar.text()) + " " + wrong));
              }
            });
  }

  private void object(FieldSchema field, Mapping mapping, Path path) {
    Map<String, String> taken = new HashMap<>();
    mapping
        .entries()
        .forEach(
            (name, entry) -> {
              Path at = path.field(Excerpt.of(name), entry.line());
              FieldSchema child = field.fields().get(name);
              if (child == null) {
                report.add(FindingCode.UNKNOWN_FIELD, at, unknown(field, name));
              } else if (!isNull(entry.value())) {
                exclusive(child, taken, at);
                check(child, entry.value(), at, field.status());
              }
            });
    field.fields().values().stream()
        .filter(child -> child.constraints().required() && absent(mapping, child))
        .forEach(
            child ->
                report.add(
                    FindingCode.MISSING, path.field(child.name(), path.line()), missing(child)));
  }

  private void exclusive(FieldSchema field, Map<String, String> taken, Path path) {
    String group = field.constraints().oneOf();
    String earlier = group == null ? null : taken.putIfAbsent(group, field.name());
    if (earlier != null) {
      report.add(
          FindingCode.CONFLICTING_FIELDS,
          path,
          "set together with " + earlier + " (expected: one of them)");
    }
  }

  private static String missing(FieldSchema field) {
    return "is missing (expected: "
        + (field.container() == Container.LIST ? "at least one" : "a value")
        + ")";
  }

  private static String unknown(FieldSchema field, String name) {
    return Suggestion.nearest(name, field.fields().keySet())
        .map(near -> "unknown field (expected: " + near + ")")
        .orElseGet(
            () ->
                "unknown field (expected one of: "
                    + String.join(", ", field.fields().keySet())
                    + ")");
  }

  private static boolean absent(Mapping mapping, FieldSchema field) {
    YamlNode.Entry entry = mapping.entries().get(field.name());
    return entry == null || isNull(entry.value());
  }

  private static boolean isNull(YamlNode node) {
    return node instanceof Scalar scalar && scalar.isNull();
  }
}
