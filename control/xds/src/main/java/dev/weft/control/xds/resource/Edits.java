package dev.weft.control.xds.resource;

import dev.weft.control.model.HeaderOperations;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Header edits as Envoy's two lists, by name as istiod sorts them. An authority among them is no
 * header: Envoy has a field of its own for it.
 */
record Edits(List<HeaderValueOption> add, List<String> remove) {

  private static final Set<String> AUTHORITY = Set.of("host", ":authority");

  static Edits of(HeaderOperations operations) {
    List<HeaderValueOption> add = new ArrayList<>();
    add(add, operations.set(), HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
    add(add, operations.add(), HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD);
    return new Edits(add, operations.remove());
  }

  private static void add(
      List<HeaderValueOption> add, Map<String, String> values, HeaderAppendAction action) {
    new TreeMap<>(values)
        .forEach(
            (name, value) -> {
              if (!AUTHORITY.contains(name)) {
                add.add(option(name, value, action));
              }
            });
  }

  /** The authority that the edits set or, failing that, add; null if none. */
  static @Nullable String authority(HeaderOperations operations) {
    String set = authority(operations.set());
    return set != null ? set : authority(operations.add());
  }

  private static @Nullable String authority(Map<String, String> values) {
    String host = values.get("host");
    return host != null ? host : values.get(":authority");
  }

  Edits then(Edits more) {
    List<HeaderValueOption> bothAdd = new ArrayList<>(add);
    bothAdd.addAll(more.add);
    List<String> bothRemove = new ArrayList<>(remove);
    bothRemove.addAll(more.remove);
    return new Edits(bothAdd, bothRemove);
  }

  private static HeaderValueOption option(String name, String value, HeaderAppendAction action) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
        .setAppendAction(action)
        .build();
  }
}
