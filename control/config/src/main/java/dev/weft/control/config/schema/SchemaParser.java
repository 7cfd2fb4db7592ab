package dev.weft.control.config.schema;

import dev.weft.control.config.schema.FieldSchema.Constraints;
import dev.weft.control.config.schema.FieldSchema.Container;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code .schema} file. Indentation of two spaces nests; a line is {@code name type
 * [status] [constraints] ["note"]}; {@code []} and {@code {}} make lists and maps; {@code @x} is an
 * object with the fields of {@code define x}; a field without a status has that of the object
 * around it.
 */
final class SchemaParser {

  private final Map<String, Line> definitions = new LinkedHashMap<>();

  /** One line with those nested in it. */
  private record Line(String text, List<Line> nested) {}

  KindSchema parse(String text) {
    List<Line> lines = nest(text);
    String[] head = lines.get(0).text().split(" ");
    Line spec = lines.get(lines.size() - 1);
    for (Line line : lines.subList(1, lines.size() - 1)) {
      definitions.put(line.text().substring("define ".length()), line);
    }
    List<String> versions = List.of(head).subList(3, head.length);
    return new KindSchema(head[1], head[2], versions, field(spec, FieldStatus.ENFORCED));
  }

  private static List<Line> nest(String text) {
    List<List<Line>> open = new ArrayList<>();
    open.add(new ArrayList<>());
    text.lines()
        .filter(line -> !line.isBlank())
        .forEach(
            line -> {
              int depth = (line.length() - line.stripLeading().length()) / 2;
              Line parsed = new Line(line.strip(), new ArrayList<>());
              open.subList(depth + 1, open.size()).clear();
              open.get(depth).add(parsed);
              open.add(parsed.nested());
            });
    return open.get(0);
  }

  private FieldSchema field(Line line, FieldStatus around) {
    int quote = line.text().indexOf('"');
    String note = quote < 0 ? "" : line.text().substring(quote + 1, line.text().length() - 1);
    String[] words = (quote < 0 ? line.text() : line.text().substring(0, quote)).split(" ");
    FieldStatus status = around;
    for (String word : words) {
      status = status(word, status);
    }
    Type type = Type.parse(words[1]);
    Map<String, FieldSchema> fields = new LinkedHashMap<>();
    for (Line child : nestedIn(line, type)) {
      FieldSchema field = field(child, status);
      fields.put(field.name(), field);
    }
    return new FieldSchema(
        words[0],
        type.value(),
        type.definition() == null ? "" : type.definition(),
        type.container(),
        status,
        constraints(words, type),
        note,
        fields);
  }

  private List<Line> nestedIn(Line line, Type type) {
    if (type.definition() == null) {
      return line.nested();
    }
    Line definition = definitions.get(type.definition());
    if (definition == null) {
      throw new IllegalStateException("no definition of @" + type.definition());
    }
    return definition.nested();
  }

  private static FieldStatus status(String word, FieldStatus otherwise) {
    return switch (word) {
      case "enforced" -> FieldStatus.ENFORCED;
      case "later" -> FieldStatus.LATER;
      case "never" -> FieldStatus.NEVER;
      default -> otherwise;
    };
  }

  private static Constraints constraints(String[] words, Type type) {
    boolean required = false;
    String oneOf = null;
    Long min = null;
    Long max = null;
    for (String word : words) {
      String value = word.substring(word.indexOf('=') + 1);
      if (word.equals("required")) {
        required = true;
      } else if (word.startsWith("oneof=")) {
        oneOf = value;
      } else if (word.startsWith("min=")) {
        min = Long.valueOf(value);
      } else if (word.startsWith("max=")) {
        max = Long.valueOf(value);
      }
    }
    return new Constraints(required, oneOf, min, max, type.choices());
  }

  private record Type(
      ValueType value, Container container, List<String> choices, @Nullable String definition) {

    static Type parse(String word) {
      Container container =
          word.endsWith("[]")
              ? Container.LIST
              : word.endsWith("{}") ? Container.MAP : Container.SINGLE;
      String name = container == Container.SINGLE ? word : word.substring(0, word.length() - 2);
      if (name.startsWith("@")) {
        return new Type(ValueType.OBJECT, container, List.of(), name.substring(1));
      }
      if (name.startsWith("enum(")) {
        String choices = name.substring("enum(".length(), name.length() - 1);
        return new Type(ValueType.ENUM, container, List.of(choices.split("\\|")), null);
      }
      ValueType value =
          ValueType.of(name.toLowerCase(Locale.ROOT))
              .orElseThrow(() -> new IllegalStateException("unknown type " + name));
      return new Type(value, container, List.of(), null);
    }
  }
}
