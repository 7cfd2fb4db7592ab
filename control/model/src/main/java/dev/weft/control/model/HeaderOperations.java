package dev.weft.control.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Edits of a message's headers, applied in the order remove, set, add, as Envoy does. Names are
 * lower case; {@code set} replaces, {@code add} appends. Setting {@code host} or {@code :authority}
 * on a request rewrites its authority. Values are in Envoy's form: {@code %%} is a percent sign.
 */
public record HeaderOperations(
    Map<String, String> set, Map<String, String> add, List<String> remove) {

  public static final HeaderOperations NONE = new HeaderOperations(Map.of(), Map.of(), List.of());

  public HeaderOperations {
    set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    add = Collections.unmodifiableMap(new LinkedHashMap<>(add));
    remove = List.copyOf(remove);
  }

  public boolean isEmpty() {
    return set.isEmpty() && add.isEmpty() && remove.isEmpty();
  }
}
