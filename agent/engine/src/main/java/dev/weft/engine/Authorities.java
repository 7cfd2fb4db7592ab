package dev.weft.engine;

import dev.weft.engine.routing.Authority;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Authorities as applications write them, read once. Bounded: names may be made up without end. */
final class Authorities {

  private static final int MOST = 4096;

  private final ConcurrentHashMap<String, Authority> known = new ConcurrentHashMap<>();

  /** Null when it is no authority. */
  @Nullable Authority of(String written) {
    Authority authority = known.get(written);
    if (authority != null) {
      return authority;
    }
    authority = Authority.parse(written);
    if (authority != null) {
      if (known.size() >= MOST) {
        known.clear();
      }
      known.put(written, authority);
    }
    return authority;
  }
}
