package dev.weft.bookinfo.reviews;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer: the reviews, and which instance of reviews and, if asked, of ratings gave it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ProductReviews(
    long id, String version, String pod, List<Review> reviews, @Nullable Identity ratings) {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Review(String reviewer, String text, @Nullable Rating rating) {}

  /** Either stars and their colour, or what went wrong. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Rating(@Nullable Integer stars, @Nullable String color, @Nullable String error) {}
}
