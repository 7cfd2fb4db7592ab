package dev.weft.control.xds.resource;

import dev.weft.control.model.HeaderOperations;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Header edits as Envoy's two lists. An authority among the headers to set is no header: Envoy has
 * a field of its own for it.
 */
record Edits(List<HeaderValueOption> add, List<String> remove) {

  private static final Set<String> AUTHORITY = Set.of("host", ":authority");

  static Edits of(HeaderOperations operations) {
    List<HeaderValueOption> add = new ArrayList<>();
    operations
        .set()
        .forEach(
            (name, value) -> {
              if (!AUTHORITY.contains(name)) {
                add.add(option(name, value, HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
              }
            });
    operations
        .add()
        .forEach(
            (name, value) ->
                add.add(option(name, value, HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD)));
    return new Edits(add, operations.remove());
  }

  /** The authority that the edits set; null if none. */
  static @Nullable String authority(HeaderOperations operations) {
    String host = operations.set().get("host");
    return host != null ? host : operations.set().get(":authority");
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
