package dev.weft.bridge;

import java.util.List;
import java.util.Map;

/** Changes to a library's headers, applied in this order: remove, set (replace), add (append). */
public record HeaderEdits(
    List<String> remove, List<Map.Entry<String, String>> set, List<Map.Entry<String, String>> add) {

  /** Nothing to change. */
  public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of(), List.of());

  /** A library's header object, as far as edits go. */
  public interface Target {
    void remove(String name);

    /** Replaces every value of this name by this one. */
    void set(String name, String value);

    void add(String name, String value);
  }

  /** Only replacements. */
  public static HeaderEdits setting(List<Map.Entry<String, String>> set) {
    return new HeaderEdits(List.of(), set, List.of());
  }

  public boolean isEmpty() {
    return remove.isEmpty() && set.isEmpty() && add.isEmpty();
  }

  /** Whether every value of this name is removed, whatever is set or added then. */
  public boolean removes(String name) {
    for (String removed : remove) {
      if (removed.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether every value of this name is replaced. */
  public boolean sets(String name) {
    for (Map.Entry<String, String> pair : set) {
      if (pair.getKey().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  public void apply(Target target) {
    for (String name : remove) {
      target.remove(name);
    }
    for (Map.Entry<String, String> pair : set) {
      target.set(pair.getKey(), pair.getValue());
    }
    for (Map.Entry<String, String> pair : add) {
      target.add(pair.getKey(), pair.getValue());
    }
  }

  /** Edits a list of pairs, for libraries without a header object of their own. */
  public static Target of(List<Map.Entry<String, String>> pairs) {
    return new Target() {
      @Override
      public void remove(String name) {
        pairs.removeIf(pair -> pair.getKey().equalsIgnoreCase(name));
      }

      @Override
      public void set(String name, String value) {
        remove(name);
        add(name, value);
      }

      @Override
      public void add(String name, String value) {
        pairs.add(Map.entry(name, value));
      }
    };
  }
}
