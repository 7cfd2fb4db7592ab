package dev.weft.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A read-only view over the library's own header object: nothing is copied unless the engine looks.
 * Names are compared without case.
 */
public interface Headers {

  /** No headers. */
  Headers NONE = of(List.of());

  /** The first value of this name, or null. */
  @Nullable String first(String name);

  /** Every pair, in the order of the library. */
  void each(BiConsumer<String, String> visitor);

  /** Every value of this name, in order; empty when absent. */
  default List<String> all(String name) {
    List<String> values = new ArrayList<>();
    each(
        (n, v) -> {
          if (n.equalsIgnoreCase(name)) {
            values.add(v);
          }
        });
    return values;
  }

  /** Pairs, for libraries without a look-up of their own. The list is not copied. */
  static Headers of(List<Map.Entry<String, String>> pairs) {
    return new Headers() {
      @Override
      public @Nullable String first(String name) {
        for (Map.Entry<String, String> pair : pairs) {
          if (pair.getKey().equalsIgnoreCase(name)) {
            return pair.getValue();
          }
        }
        return null;
      }

      @Override
      public void each(BiConsumer<String, String> visitor) {
        for (Map.Entry<String, String> pair : pairs) {
          visitor.accept(pair.getKey(), pair.getValue());
        }
      }
    };
  }
}
