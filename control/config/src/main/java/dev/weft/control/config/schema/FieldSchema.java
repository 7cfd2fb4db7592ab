package dev.weft.control.config.schema;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One field.
 *
 * @param shape the name of the definition that gives an object its fields; empty if they are its
 *     own
 * @param container whether it holds one value, a list or a map of them
 * @param fields of an object, by name in the order of the schema; empty for other types
 * @param note for the documentation and, where it is not enforced yet, what happens instead
 */
public record FieldSchema(
    String name,
    ValueType type,
    String shape,
    Container container,
    FieldStatus status,
    Constraints constraints,
    String note,
    Map<String, FieldSchema> fields) {

  /** How many values. */
  public enum Container {
    SINGLE,
    LIST,
    MAP
  }

  /**
   * What else must hold.
   *
   * @param oneOf fields of one object with the same group exclude each other; null: no group
   * @param choices of an enumeration
   */
  public record Constraints(
      boolean required,
      @Nullable String oneOf,
      @Nullable Long min,
      @Nullable Long max,
      List<String> choices) {}
}
