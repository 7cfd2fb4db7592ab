package dev.weft.control.kubernetes;

import dev.weft.control.config.schema.FieldSchema;
import dev.weft.control.config.schema.KindSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the definition of a kind of ours for the API server, with a structural schema of the same
 * fields that are read. What a schema cannot say, such as what a duration looks like, is refused by
 * the reader.
 */
final class CrdWriter {

  private CrdWriter() {}

  static Map<String, Object> write(KindSchema kind) {
    WatchedKind watched = WatchedKind.of(kind);
    Map<String, Object> schema = object();
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("spec", field(kind.spec()));
    properties.put("status", anything("object"));
    schema.put("properties", properties);
    schema.put("required", List.of("spec"));
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("name", watched.versions().get(0));
    version.put("served", true);
    version.put("storage", true);
    version.put("subresources", Map.of("status", Map.of()));
    version.put("schema", Map.of("openAPIV3Schema", schema));
    Map<String, Object> names = new LinkedHashMap<>();
    names.put("kind", kind.kind());
    names.put("listKind", kind.kind() + "List");
    names.put("plural", watched.plural());
    names.put("singular", kind.kind().toLowerCase(java.util.Locale.ROOT));
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("group", kind.group());
    spec.put("names", names);
    spec.put("scope", "Namespaced");
    spec.put("versions", List.of(version));
    Map<String, Object> crd = new LinkedHashMap<>();
    crd.put("apiVersion", "apiextensions.k8s.io/v1");
    crd.put("kind", "CustomResourceDefinition");
    crd.put("metadata", Map.of("name", watched.toString()));
    crd.put("spec", spec);
    return crd;
  }

  private static Map<String, Object> field(FieldSchema field) {
    Map<String, Object> one = value(field);
    return switch (field.container()) {
      case SINGLE -> one;
      case LIST -> of("array", "items", one);
      case MAP -> of("object", "additionalProperties", one);
    };
  }

  private static Map<String, Object> value(FieldSchema field) {
    return switch (field.type()) {
      case OBJECT -> fields(field);
      case LABELS -> of("object", "additionalProperties", of("string"));
      case ANY -> new TreeMap<>(Map.of("x-kubernetes-preserve-unknown-fields", true));
      case PORT_OR_NAME -> new TreeMap<>(Map.of("x-kubernetes-int-or-string", true));
      case BOOL -> of("boolean");
      case INT32 -> number(field, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case UINT32 -> number(field, 0, 0xFFFF_FFFFL);
      case UINT64 -> number(field, 0, Long.MAX_VALUE);
      case PORT -> number(field, 1, 65_535);
      case NUMBER, PERCENT -> of("number");
      case ENUM -> of("string", "enum", field.constraints().choices());
      default -> of("string");
    };
  }

  private static Map<String, Object> number(FieldSchema field, long least, long most) {
    Long min = field.constraints().min();
    Long max = field.constraints().max();
    Map<String, Object> schema = of("integer", "minimum", min == null ? least : min);
    schema.put("maximum", max == null ? most : max);
    return schema;
  }

  private static Map<String, Object> fields(FieldSchema field) {
    Map<String, Object> schema = object();
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    Map<String, List<String>> alternatives = new TreeMap<>();
    field
        .fields()
        .forEach(
            (name, each) -> {
              properties.put(name, field(each));
              String group = each.constraints().oneOf();
              if (group != null) {
                alternatives.computeIfAbsent(group, any -> new ArrayList<>()).add(name);
              } else if (each.constraints().required()) {
                required.add(name);
              }
            });
    if (!properties.isEmpty()) {
      schema.put("properties", properties);
    }
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!alternatives.isEmpty()) {
      schema.put("allOf", alternatives.values().stream().map(CrdWriter::atMostOne).toList());
    }
    return schema;
  }

  private static Map<String, Object> atMostOne(List<String> names) {
    List<Map<String, Object>> each =
        names.stream().map(name -> Map.<String, Object>of("required", List.of(name))).toList();
    List<Map<String, Object>> choices = new ArrayList<>();
    choices.add(Map.of("not", Map.of("anyOf", each)));
    choices.addAll(each);
    return Map.of("oneOf", choices);
  }

  private static Map<String, Object> object() {
    return of("object");
  }

  private static Map<String, Object> anything(String type) {
    return of(type, "x-kubernetes-preserve-unknown-fields", true);
  }

  private static Map<String, Object> of(String type) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", type);
    return schema;
  }

  private static Map<String, Object> of(String type, String key, Object value) {
    Map<String, Object> schema = of(type);
    schema.put(key, value);
    return schema;
  }
}
