package dev.weft.control.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that issuers of tokens publish. */
public interface KeySource {

  /** Nobody fetches any. */
  KeySource NONE =
      new KeySource() {
        @Override
        public Map<KeyPlace, Published> published() {
          return Map.of();
        }

        @Override
        public ModelSource.Subscription onChange(Runnable changed) {
          return () -> {};
        }
      };

  /** What was found, by place; nothing of a place where nobody has looked yet. */
  Map<KeyPlace, Published> published();

  /** Calls {@code changed} after each change, from any thread, until the result is closed. */
  ModelSource.Subscription onChange(Runnable changed);

  /**
   * @param keys the last that were found; none: none ever were
   * @param problem why the last attempt failed; null: it did not
   */
  record Published(List<TokenKey> keys, @Nullable String problem) {

    public Published {
      keys = List.copyOf(keys);
    }
  }
}
