package dev.weft.engine;

import dev.weft.engine.routing.Authority;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Authorities as applications write them, read once. Bounded: names may be made up without end. */
final class Authorities {

  private static final int MOST = 4096;

  private final ConcurrentHashMap<String, Authority> plain = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Authority> secure = new ConcurrentHashMap<>();

  /** Null when it is no authority, or the scheme is neither {@code http} nor {@code https}. */
  @Nullable Authority of(String scheme, String written) {
    if (scheme.equalsIgnoreCase("http")) {
      return of(written, plain, false);
    }
    return scheme.equalsIgnoreCase("https") ? of(written, secure, true) : null;
  }

  private static @Nullable Authority of(
      String written, ConcurrentHashMap<String, Authority> known, boolean encrypted) {
    Authority authority = known.get(written);
    if (authority != null) {
      return authority;
    }
    authority = Authority.parse(written, encrypted);
    if (authority != null) {
      if (known.size() >= MOST) {
        known.clear();
      }
      known.put(written, authority);
    }
    return authority;
  }
}
