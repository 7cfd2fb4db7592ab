package dev.weft.control.config.schema;

import dev.weft.control.config.schema.Report.Path;
import dev.weft.control.config.yaml.YamlNode;
import dev.weft.control.config.yaml.YamlNode.Mapping;
import dev.weft.control.config.yaml.YamlNode.Scalar;
import dev.weft.control.config.yaml.YamlNode.Sequence;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.SourceLocation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An object that has passed the {@link SchemaChecker}, so that each value has the type that its
 * reader asks for. Absent and null fields yield nothing, empty text, an empty list.
 */
public final class ObjectReader {

  private static final Mapping NOTHING = new Mapping(Map.of(), 0, 1);

  private final Mapping mapping;
  private final Path path;
  private final Report report;

  public ObjectReader(Mapping mapping, Path path, Report report) {
    this.mapping = mapping;
    this.path = path;
    this.report = report;
  }

  public boolean has(String field) {
    return value(field) != null;
  }

  /** The object in a field; an empty one where the field is absent. */
  public ObjectReader object(String field) {
    return value(field) instanceof Mapping child
        ? new ObjectReader(child, at(field), report)
        : new ObjectReader(NOTHING, at(field), report);
  }

  public List<ObjectReader> objects(String field) {
    List<ObjectReader> objects = new ArrayList<>();
    if (value(field) instanceof Sequence sequence) {
      for (YamlNode item : sequence.items()) {
        if (item instanceof Mapping child) {
          objects.add(
              new ObjectReader(child, at(field).item(objects.size(), child.line()), report));
        }
      }
    }
    return objects;
  }

  /** Objects by key. */
  public Map<String, ObjectReader> objectsByKey(String field) {
    Map<String, ObjectReader> objects = new LinkedHashMap<>();
    if (value(field) instanceof Mapping child) {
      child
          .entries()
          .forEach(
              (key, entry) -> {
                if (entry.value() instanceof Mapping object) {
                  Path below = at(field).key(key, entry.line());
                  objects.put(key, new ObjectReader(object, below, report));
                }
              });
    }
    return objects;
  }

  public String text(String field) {
    return value(field) instanceof Scalar scalar ? scalar.text() : "";
  }

  public Optional<String> optionalText(String field) {
    return value(field) instanceof Scalar scalar ? Optional.of(scalar.text()) : Optional.empty();
  }

  public List<String> texts(String field) {
    return value(field) instanceof Sequence sequence
        ? sequence.items().stream()
            .filter(Scalar.class::isInstance)
            .map(item -> ((Scalar) item).text())
            .toList()
        : List.of();
  }

  /** Whole numbers. */
  public List<Integer> numbers(String field) {
    return texts(field).stream().map(ObjectReader::clamped).toList();
  }

  public Map<String, String> textsByKey(String field) {
    return byKey(field, text -> text);
  }

  public Map<String, Integer> numbersByKey(String field) {
    return byKey(field, ObjectReader::clamped);
  }

  /** A whole number; one beyond the range of int is taken as the largest. */
  public @Nullable Integer number(String field) {
    return value(field) instanceof Scalar scalar ? (Integer) clamped(scalar.text()) : null;
  }

  private static int clamped(String digits) {
    return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(digits));
  }

  public int number(String field, int otherwise) {
    Integer number = number(field);
    return number == null ? otherwise : number;
  }

  public double decimal(String field, double otherwise) {
    return value(field) instanceof Scalar scalar ? Double.parseDouble(scalar.text()) : otherwise;
  }

  public boolean flag(String field) {
    return text(field).equals("true");
  }

  public @Nullable Duration duration(String field) {
    return value(field) instanceof Scalar scalar
        ? Durations.parse(scalar.text()).orElse(null)
        : null;
  }

  /** A finding about one of the fields. */
  public void report(FindingCode code, String field, String message) {
    report.add(code, at(field), message);
  }

  /** A finding about the object itself. */
  public void report(FindingCode code, String message) {
    report.add(code, path, message);
  }

  public SourceLocation location() {
    return report.at(path.line());
  }

  public SourceLocation locationOf(String field) {
    return report.at(at(field).line());
  }

  /** Where a field is; where it would be, if absent. */
  public Path at(String field) {
    YamlNode.Entry entry = mapping.entries().get(field);
    return path.field(field, entry == null ? path.line() : entry.line());
  }

  private <T> Map<String, T> byKey(String field, Function<String, T> parse) {
    Map<String, T> values = new LinkedHashMap<>();
    if (value(field) instanceof Mapping child) {
      child
          .entries()
          .forEach(
              (key, entry) -> {
                if (entry.value() instanceof Scalar scalar) {
                  values.put(key, parse.apply(scalar.text()));
                }
              });
    }
    return values;
  }

  private @Nullable YamlNode value(String field) {
    YamlNode.Entry entry = mapping.entries().get(field);
    boolean absent = entry == null || (entry.value() instanceof Scalar scalar && scalar.isNull());
    return absent || entry == null ? null : entry.value();
  }
}
