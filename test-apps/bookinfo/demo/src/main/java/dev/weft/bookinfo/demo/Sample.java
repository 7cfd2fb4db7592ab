package dev.weft.bookinfo.demo;

import org.jspecify.annotations.Nullable;

/**
 * One request to the product page, as its sender saw it.
 *
 * @param user who asked; null: nobody in particular
 * @param start {@link System#nanoTime()} before it was sent
 * @param end the same when its answer had been read
 * @param reviews which version of reviews answered; null when that is not known
 * @param ratings which version of ratings answered; null when none was asked, or it is not known
 * @param failure what went wrong; null: nothing
 */
record Sample(
    @Nullable String user,
    long start,
    long end,
    @Nullable String reviews,
    @Nullable String ratings,
    @Nullable String failure) {

  boolean failed() {
    return failure != null;
  }

  boolean reviewedBy(String version) {
    return version.equals(reviews);
  }

  boolean ratedBy(String version) {
    return version.equals(ratings);
  }
}
