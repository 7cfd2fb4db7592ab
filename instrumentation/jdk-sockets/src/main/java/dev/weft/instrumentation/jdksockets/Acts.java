package dev.weft.instrumentation.jdksockets;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which hooks have acted since the self-test began; outside of it nobody notes that. */
public final class Acts {

  private static volatile @Nullable Acts watched;

  private final Set<Act> seen = ConcurrentHashMap.newKeySet();

  private Acts() {}

  /** A hook acts. */
  public static void note(Act act) {
    Acts current = watched;
    if (current != null) {
      current.seen.add(act);
    }
  }

  static Acts watch() {
    Acts acts = new Acts();
    watched = acts;
    return acts;
  }

  static void forget() {
    watched = null;
  }

  List<Act> missing() {
    List<Act> missing = new ArrayList<>();
    for (Act act : Act.values()) {
      if (!seen.contains(act)) {
        missing.add(act);
      }
    }
    return missing;
  }
}
