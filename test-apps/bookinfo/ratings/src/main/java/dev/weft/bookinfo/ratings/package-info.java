/**
 * The ratings service: the stars that reviewers gave to a book, as JSON from a servlet on embedded
 * Tomcat and as {@code bookinfo.ratings.v1.Ratings} from a gRPC server. Reviews is its only caller.
 */
@NullMarked
package dev.weft.bookinfo.ratings;

import org.jspecify.annotations.NullMarked;
