package dev.weft.engine.config;

import java.util.List;
import java.util.Map;

/**
 * Header edits of a route: removals first, then replacements, then additions. Values are in Envoy's
 * format, {@code %%} for a percent sign.
 */
public record HeaderRules(
    List<String> remove, List<Map.Entry<String, String>> set, List<Map.Entry<String, String>> add) {

  public static final HeaderRules NONE = new HeaderRules(List.of(), List.of(), List.of());

  public HeaderRules {
    remove = List.copyOf(remove);
    set = List.copyOf(set);
    add = List.copyOf(add);
  }

  public boolean isEmpty() {
    return remove.isEmpty() && set.isEmpty() && add.isEmpty();
  }
}
