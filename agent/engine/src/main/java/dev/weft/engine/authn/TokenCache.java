package dev.weft.engine.authn;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signatures were verified, the most recent ones. Only such tokens are in it, so that
 * nobody can fill it with tokens that nobody has signed.
 */
final class TokenCache {

  private static final int MOST_OF_ONE_AGE = 500;
  private static final int LONGEST = 4096;

  private volatile Ages ages = new Ages(new ConcurrentHashMap<>(), Map.of());

  /** What was not used since the younger ones began goes when these are full. */
  private record Ages(Map<String, VerifiedToken> young, Map<String, VerifiedToken> old) {}

  @Nullable VerifiedToken find(String token) {
    Ages now = ages;
    VerifiedToken found = now.young.get(token);
    if (found == null) {
      found = now.old.get(token);
      if (found != null) {
        add(token, found);
      }
    }
    return found;
  }

  // Two threads may begin an age at once: what one of them had added is verified again.
  void add(String token, VerifiedToken verified) {
    if (token.length() > LONGEST) {
      return;
    }
    Ages now = ages;
    if (now.young.size() >= MOST_OF_ONE_AGE) {
      now = new Ages(new ConcurrentHashMap<>(), now.young);
      ages = now;
    }
    now.young.put(token, verified);
  }
}
