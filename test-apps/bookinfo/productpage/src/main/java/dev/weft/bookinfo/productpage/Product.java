package dev.weft.bookinfo.productpage;

/** A book with everything that is known of it. */
record Product(long id, String title, Part<Details> details, Part<Reviews> reviews) {

  boolean complete() {
    return details.error() == null && reviews.error() == null;
  }
}
