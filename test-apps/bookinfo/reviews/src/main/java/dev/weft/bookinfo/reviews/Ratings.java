package dev.weft.bookinfo.reviews;

import java.util.Optional;

/** Where the stars come from. */
interface Ratings {

  /**
   * The stars of a product; empty where this version shows none.
   *
   * @throws RatingsUnavailableException when ratings does not answer in time, or not with ratings
   */
  Optional<Stars> of(long productId);
}
