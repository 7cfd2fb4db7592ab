package dev.weft.engine.routing;

import dev.weft.bridge.HeaderEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/** Header edits of a rule, compiled: mostly the same for each request. */
public final class Editing {

  private final HeaderEdits fixed;
  private final List<Entry<String, HeaderFormat>> set;
  private final List<Entry<String, HeaderFormat>> add;
  private final boolean varies;

  private Editing(HeaderEdits formats) {
    this.set = formats(formats.set());
    this.add = formats(formats.add());
    this.varies =
        set.stream().anyMatch(pair -> pair.getValue().varies())
            || add.stream().anyMatch(pair -> pair.getValue().varies());
    this.fixed =
        formats.isEmpty()
            ? HeaderEdits.NONE
            : new HeaderEdits(formats.remove(), texts(set), texts(add));
  }

  /** Of edits whose values are formats. */
  static Editing of(HeaderEdits formats) {
    return new Editing(formats);
  }

  private static List<Entry<String, HeaderFormat>> formats(List<Entry<String, String>> pairs) {
    return pairs.stream()
        .map(pair -> Map.entry(pair.getKey(), HeaderFormat.parse(pair.getValue())))
        .toList();
  }

  private static List<Entry<String, String>> texts(List<Entry<String, HeaderFormat>> pairs) {
    return pairs.stream()
        .filter(pair -> !pair.getValue().varies())
        .map(pair -> Map.entry(pair.getKey(), pair.getValue().text()))
        .toList();
  }

  /** Whether there is more than {@link #fixed}. */
  public boolean varies() {
    return varies;
  }

  /** Those that are the same for each request. */
  public HeaderEdits fixed() {
    return fixed;
  }

  /** All of them, for one request. What comes out empty is no edit, as in Envoy. */
  public HeaderEdits of(HeaderFormat.Facts facts) {
    return varies ? new HeaderEdits(fixed.remove(), values(set, facts), values(add, facts)) : fixed;
  }

  private static List<Entry<String, String>> values(
      List<Entry<String, HeaderFormat>> pairs, HeaderFormat.Facts facts) {
    List<Entry<String, String>> values = new ArrayList<>();
    for (Entry<String, HeaderFormat> pair : pairs) {
      String value = pair.getValue().value(facts);
      if (!value.isEmpty() || !pair.getValue().varies()) {
        values.add(Map.entry(pair.getKey(), value));
      }
    }
    return values;
  }
}
