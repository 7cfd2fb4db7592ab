package dev.weft.control.config.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The fields of one kind as a Markdown table: what is enforced, what is not yet, what never. */
public final class FieldTable {

  private static final Map<ValueType, String> NAMES =
      Map.ofEntries(
          Map.entry(ValueType.INT32, "number"),
          Map.entry(ValueType.UINT32, "number"),
          Map.entry(ValueType.UINT64, "number"),
          Map.entry(ValueType.PERCENT, "percentage"),
          Map.entry(ValueType.BOOL, "boolean"),
          Map.entry(ValueType.PORT_OR_NAME, "port or name"),
          Map.entry(ValueType.DURATION_FROM_ZERO, "duration"),
          Map.entry(ValueType.REGEX, "RE2 expression"),
          Map.entry(ValueType.REGEX_OR_PRESENT, "RE2 expression"),
          Map.entry(ValueType.ANY_HOST, "host"),
          Map.entry(ValueType.HOST_OR_ADDRESS, "host"),
          Map.entry(ValueType.HEADER_NAME, "header name"));

  private FieldTable() {}

  public static String of(KindSchema kind) {
    Map<String, FieldSchema> shapes = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder(table(kind.spec(), shapes));
    Set<String> done = new HashSet<>();
    while (!done.containsAll(shapes.keySet())) {
      for (FieldSchema shape : List.copyOf(shapes.values())) {
        if (done.add(shape.shape())) {
          text.append("\n\n*").append(shape.shape()).append("*:\n\n").append(table(shape, shapes));
        }
      }
    }
    return text.toString();
  }

  private static String table(FieldSchema object, Map<String, FieldSchema> shapes) {
    List<String> rows = new ArrayList<>();
    rows.add("| field | type | status | note |");
    rows.add("|---|---|---|---|");
    object.fields().values().forEach(field -> rows(rows, field, "", shapes));
    return String.join("\n", rows);
  }

  /**
   * What is within a field that is not enforced has no row of its own: none of it is. What is
   * within a shared shape is in the shape's own table.
   */
  private static void rows(
      List<String> rows, FieldSchema field, String prefix, Map<String, FieldSchema> shapes) {
    String path = prefix + field.name() + suffix(field);
    boolean enforced = field.status() == FieldStatus.ENFORCED;
    boolean shared = enforced && !field.shape().isEmpty();
    if (shared) {
      shapes.putIfAbsent(field.shape(), field);
    }
    if (shared || !enforced || field.fields().isEmpty() || !field.note().isEmpty()) {
      String status = shared ? "" : field.status().title();
      rows.add("| `" + path + "` | " + type(field) + " | " + status + " | " + field.note() + " |");
    }
    if (enforced && !shared) {
      field.fields().values().forEach(child -> rows(rows, child, path + ".", shapes));
    }
  }

  private static String suffix(FieldSchema field) {
    return switch (field.container()) {
      case SINGLE -> "";
      case LIST -> "[]";
      case MAP -> "{}";
    };
  }

  private static String type(FieldSchema field) {
    String type = NAMES.getOrDefault(field.type(), field.type().name().toLowerCase(Locale.ROOT));
    if (!field.shape().isEmpty() && field.status() == FieldStatus.ENFORCED) {
      type = "*" + field.shape() + "*";
    } else if (!field.constraints().choices().isEmpty()) {
      type = String.join(", ", field.constraints().choices());
    }
    return field.constraints().required() ? type + ", required" : type;
  }
}
