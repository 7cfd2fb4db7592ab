package dev.weft.control.config.yaml;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A value of a document. Lines count from 1. */
public sealed interface YamlNode {

  int line();

  /** How many nodes the value has, itself included, every alias counted in full. */
  long size();

  /** What it is, as an error calls it: {@code a list}. */
  String describe();

  /**
   * @param text as written, escapes resolved
   * @param plain whether it was written without quotes, so that it may be a number, a boolean or
   *     null
   */
  record Scalar(String text, boolean plain, int line) implements YamlNode {

    private static final Pattern NUMBER =
        Pattern.compile("[-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d+)?");

    @Override
    public long size() {
      return 1;
    }

    public boolean isNull() {
      return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
    }

    public boolean isBoolean() {
      return plain && (text.equals("true") || text.equals("false"));
    }

    public boolean isNumber() {
      return plain && NUMBER.matcher(text).matches();
    }

    @Override
    public String describe() {
      if (isNull()) {
        return "null";
      }
      if (isBoolean()) {
        return "the boolean " + text;
      }
      return isNumber() ? "the number " + text : "the string \"" + Excerpt.of(text) + "\"";
    }
  }

  record Sequence(List<YamlNode> items, int line, long size) implements YamlNode {

    @Override
    public String describe() {
      return "a list";
    }
  }

  /** Entries in the order of the file; keys are unique. */
  record Mapping(Map<String, Entry> entries, int line, long size) implements YamlNode {

    @Override
    public String describe() {
      return "an object";
    }
  }

  /** A key's value, with the line of the key. */
  record Entry(YamlNode value, int line) {}
}
