package dev.weft.bookinfo.reviews;

import dev.weft.bookinfo.reviews.ProductReviews.Rating;
import dev.weft.bookinfo.reviews.ProductReviews.Review;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /reviews/{productId}}: always answers; without ratings the stars carry an error. */
@RestController
final class ReviewsController {

  private static final Logger log = LoggerFactory.getLogger(ReviewsController.class);

  private static final List<Review> REVIEWS =
      List.of(
          new Review(
              "Reviewer1",
              "An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!",
              null),
          new Review(
              "Reviewer2",
              "Absolutely fun and entertaining. The play lacks thematic depth when compared to"
                  + " other plays by Shakespeare.",
              null));

  private final Identity self;
  private final String color;
  private final Ratings ratings;

  ReviewsController(ReviewsSettings settings, Ratings ratings) {
    this.self = new Identity(settings.version(), settings.pod());
    this.color = settings.starColor();
    this.ratings = ratings;
  }

  @GetMapping("/reviews/{productId}")
  ProductReviews reviews(@PathVariable long productId) {
    try {
      Optional<Stars> found = ratings.of(productId);
      if (found.isEmpty()) {
        return answer(productId, REVIEWS, null);
      }
      Stars stars = found.get();
      return answer(productId, rated(review -> rating(stars, review.reviewer())), stars.ratedBy());
    } catch (RatingsUnavailableException e) {
      log.warn("no ratings for product {}: {}", productId, e.getMessage());
      Rating error = new Rating(null, null, "Ratings service is currently unavailable");
      return answer(productId, rated(review -> error), null);
    }
  }

  private ProductReviews answer(long productId, List<Review> reviews, @Nullable Identity ratedBy) {
    return new ProductReviews(productId, self.version(), self.pod(), reviews, ratedBy);
  }

  private static List<Review> rated(Function<Review, @Nullable Rating> rating) {
    return REVIEWS.stream()
        .map(review -> new Review(review.reviewer(), review.text(), rating.apply(review)))
        .toList();
  }

  private @Nullable Rating rating(Stars stars, String reviewer) {
    Integer given = stars.byReviewer().get(reviewer);
    return given == null ? null : new Rating(given, color, null);
  }
}
