package dev.weft.bookinfo.ratings;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What reviewers gave, by product; a database in a larger shop. */
final class RatingsStore {

  private static final long PRODUCTS = 10;

  /** Reviewer to stars, 1 to 5; empty when there is no such product. */
  Optional<SortedMap<String, Integer>> find(long productId) {
    if (productId < 0 || productId >= PRODUCTS) {
      return Optional.empty();
    }
    return Optional.of(new TreeMap<>(Map.of("Reviewer1", 5, "Reviewer2", 4)));
  }
}
