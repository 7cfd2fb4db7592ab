package dev.weft.control.config.schema;

import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.config.yaml.YamlNode;
import java.util.Optional;

/** Types of single values: how they are written, and what a well-written one must be. */
public enum ValueType {
  OBJECT("object", Written.OBJECT),
  /** Anything at all. */
  ANY("any", Written.ANYTHING),
  STRING("string", Written.STRING),
  BOOL("bool", Written.BOOLEAN),
  INT32("int32", Written.NUMBER),
  UINT32("uint32", Written.NUMBER),
  UINT64("uint64", Written.NUMBER),
  NUMBER("number", Written.NUMBER),
  PERCENT("percent", Written.NUMBER),
  PORT("port", Written.NUMBER),
  PORT_OR_NAME("portornumber", Written.NUMBER_OR_STRING),
  DURATION("duration", Written.STRING),
  /** A duration that may be shorter than a millisecond, or zero. */
  DURATION_FROM_ZERO("duration0", Written.STRING),
  REGEX("regex", Written.STRING),
  /** As {@link #REGEX}, or {@code *}, which Istio reads as "present". */
  REGEX_OR_PRESENT("regexorpresent", Written.STRING),
  /** A host name, short or full, or one with a wildcard in front. */
  ANY_HOST("anyhost", Written.STRING),
  /** As {@link #ANY_HOST}, or an IP address. */
  HOST_OR_ADDRESS("vshost", Written.STRING),
  /** A DNS label, as subsets, ports and namespaces have for names. */
  NAME("name", Written.STRING),
  HEADER_NAME("headername", Written.STRING),
  PROTOCOL("protocol", Written.STRING),
  /** An object of label values by label name. */
  LABELS("labels", Written.OBJECT),
  ENUM("enum", Written.STRING);

  /** How YAML must write it. */
  enum Written {
    OBJECT("an object"),
    STRING("a string"),
    NUMBER("a number"),
    NUMBER_OR_STRING("a number or a string"),
    BOOLEAN("true or false"),
    ANYTHING("anything");

    final String title;

    Written(String title) {
      this.title = title;
    }
  }

  private final String keyword;
  private final Written written;

  ValueType(String keyword, Written written) {
    this.keyword = keyword;
    this.written = written;
  }

  static Optional<ValueType> of(String keyword) {
    for (ValueType type : values()) {
      if (type.keyword.equals(keyword)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  public String keyword() {
    return keyword;
  }

  /** What is wrong with the way the value is written; empty if nothing. */
  Optional<String> mistyped(YamlNode node) {
    boolean right =
        switch (written) {
          case ANYTHING -> true;
          case OBJECT -> node instanceof YamlNode.Mapping;
          case STRING -> node instanceof YamlNode.Scalar scalar && isString(scalar);
          case NUMBER -> node instanceof YamlNode.Scalar scalar && scalar.isNumber();
          case BOOLEAN -> node instanceof YamlNode.Scalar scalar && scalar.isBoolean();
          case NUMBER_OR_STRING ->
              node instanceof YamlNode.Scalar scalar && (isString(scalar) || scalar.isNumber());
        };
    if (right) {
      return Optional.empty();
    }
    boolean unquoted = written == Written.STRING && node instanceof YamlNode.Scalar;
    return Optional.of(
        node.describe() + " (expected: " + written.title + (unquoted ? "; quote it)" : ")"));
  }

  private static boolean isString(YamlNode.Scalar scalar) {
    return !scalar.isBoolean() && !scalar.isNumber() && !scalar.isNull();
  }

  /** What is wrong with a value that is written rightly; empty if nothing. */
  Optional<String> invalid(String text) {
    return problem(text).map(wrong -> Excerpt.of(text) + " " + wrong);
  }

  private Optional<String> problem(String text) {
    return switch (this) {
      case INT32 -> Syntax.integer(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case UINT32 -> Syntax.integer(text, 0, 0xFFFF_FFFFL);
      case UINT64 -> Syntax.integer(text, 0, Long.MAX_VALUE);
      case PERCENT -> Syntax.percent(text);
      case PORT -> Syntax.integer(text, 1, 65535);
      case PORT_OR_NAME -> Syntax.portOrName(text);
      case DURATION -> Durations.problem(text);
      case DURATION_FROM_ZERO -> Durations.problemFromZero(text);
      case REGEX -> Regexes.problem(text);
      case REGEX_OR_PRESENT -> Regexes.problemUnlessPresent(text);
      case ANY_HOST -> Syntax.host(text);
      case HOST_OR_ADDRESS -> Syntax.hostOrAddress(text);
      case NAME -> Syntax.name(text);
      case HEADER_NAME -> Syntax.headerName(text);
      case PROTOCOL -> Protocols.problem(text);
      case OBJECT, ANY, STRING, BOOL, NUMBER, LABELS, ENUM -> Optional.empty();
    };
  }
}
