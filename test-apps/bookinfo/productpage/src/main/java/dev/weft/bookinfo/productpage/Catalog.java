package dev.weft.bookinfo.productpage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** Asks details and reviews at the same time; what does not answer is missing, not fatal. */
@Service
final class Catalog {

  private static final Logger log = LoggerFactory.getLogger(Catalog.class);

  private final RestClient details;
  private final RestClient reviews;
  private final Executor executor;

  Catalog(
      @Qualifier("details") RestClient details,
      @Qualifier("reviews") RestClient reviews,
      @Qualifier("backendExecutor") Executor executor) {
    this.details = details;
    this.reviews = reviews;
    this.executor = executor;
  }

  Product product(long id) {
    CompletableFuture<Part<Details>> bookDetails =
        ask("details", () -> get(details, "/details/{id}", id, Details.class));
    CompletableFuture<Part<Reviews>> bookReviews =
        ask("reviews", () -> get(reviews, "/reviews/{id}", id, Reviews.class));
    return new Product(id, "The Comedy of Errors", bookDetails.join(), bookReviews.join());
  }

  private <T> CompletableFuture<Part<T>> ask(String what, Supplier<T> request) {
    return CompletableFuture.supplyAsync(request, executor)
        .thenApply(Part::of)
        .exceptionally(
            failure -> {
              log.warn("no {}: {}", what, failure.toString());
              return Part.missing(
                  "Sorry, product " + what + " are currently unavailable for this book.");
            });
  }

  private static <T> T get(RestClient service, String path, long id, Class<T> type) {
    T body = service.get().uri(path, id).retrieve().body(type);
    if (body == null) {
      throw new RestClientException("empty answer (expected: " + type.getSimpleName() + ")");
    }
    return body;
  }
}
