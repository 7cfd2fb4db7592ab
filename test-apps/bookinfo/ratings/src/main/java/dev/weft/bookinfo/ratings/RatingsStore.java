package dev.weft.bookinfo.ratings;

import java.util.Optional;
import java.util.SortedMap;

/** What reviewers gave, by product. */
interface RatingsStore {

  /**
   * Reviewer to stars, 1 to 5; empty when there is no such product.
   *
   * @throws RatingsUnavailableException the ratings could not be read
   */
  Optional<SortedMap<String, Integer>> find(long productId) throws RatingsUnavailableException;
}
