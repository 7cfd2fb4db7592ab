package dev.weft.control.xds;

import dev.weft.control.model.IdentityIndex;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one client was told of where identities serve. An address must not lose its identity while
 * an endpoint leads there: the client would speak plaintext to whoever is there now. So identities
 * grow before endpoints do, and shrink after. Guarded by its stream.
 *
 * <p>What a client has from an earlier stream is not known here; there an identity shrinks at once,
 * one round trip before the endpoints follow.
 */
final class ToldPlaces {

  private final Map<String, SortedSet<String>> told = new HashMap<>();

  /**
   * What the client is to be told now: what is true, and those places that it was told of and that
   * nobody else has taken.
   */
  SortedSet<String> forNow(IdentityIndex index, String identity) {
    SortedSet<String> kept = new TreeSet<>(index.places(identity));
    for (String place : told.getOrDefault(identity, Collections.emptySortedSet())) {
      if (index.at(place) == null) {
        kept.add(place);
      }
    }
    return kept;
  }

  void told(String identity, Set<String> places) {
    if (places.isEmpty()) {
      told.remove(identity);
    } else {
      told.put(identity, new TreeSet<>(places));
    }
  }
}
