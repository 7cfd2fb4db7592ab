package dev.weft.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is spoken to before it is there. What it is told meanwhile is kept, and told in
 * order once it comes; nobody waits for that. What is said is done at once, under a lock: it must
 * be quick.
 */
final class Later<T> {

  // Guarded by this.
  private final List<Consumer<T>> kept = new ArrayList<>();
  private @Nullable T there;

  synchronized void tell(Consumer<T> words) {
    if (there == null) {
      kept.add(words);
    } else {
      words.accept(there);
    }
  }

  /** It is there. */
  synchronized void arrive(T who) {
    kept.forEach(words -> words.accept(who));
    kept.clear();
    there = who;
  }

  /** Null until it is there. */
  synchronized @Nullable T get() {
    return there;
  }
}
