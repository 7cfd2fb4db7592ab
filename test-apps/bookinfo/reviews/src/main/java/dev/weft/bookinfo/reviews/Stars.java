package dev.weft.bookinfo.reviews;

import java.util.Map;

/** What ratings knows of a product: reviewer to stars, and which instance of it answered. */
record Stars(Map<String, Integer> byReviewer, Identity ratedBy) {}
