package dev.weft.bookinfo.productpage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the reviews service answers; {@code ratings} is who gave the stars, if there are any. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Reviews(
    long id, String version, String pod, List<Review> reviews, @Nullable Instance ratings) {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Review(String reviewer, String text, @Nullable Rating rating) {}

  /** Either stars and their colour, or what went wrong. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Rating(@Nullable Integer stars, @Nullable String color, @Nullable String error) {}

  record Instance(String version, String pod) {}
}
