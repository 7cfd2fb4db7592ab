package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import dev.weft.harness.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Somebody who looks at books: the only sender of traffic, from outside the mesh. */
final class Shopper {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final URI page;

  Shopper(URI page) {
    this.page = page;
  }

  /** Asks until a number of answers in a row are complete. */
  void awaitServing(int inARow, Duration patience) throws HarnessException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (int complete = 0; complete < inARow; ) {
      Sample sample = ask(null);
      complete = sample.failed() ? 0 : complete + 1;
      if (System.nanoTime() > deadline) {
        throw new HarnessException(page + " does not serve: " + sample.failure());
      }
    }
  }

  /** Asks once; a failure of any kind, bad JSON too, is in the sample, not thrown. */
  Sample ask(@Nullable String user) throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(page).timeout(TIMEOUT);
    if (user != null) {
      request.header("end-user", user);
    }
    long start = System.nanoTime();
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return sample(user, start, response);
    } catch (IOException | IllegalArgumentException e) {
      return new Sample(user, start, System.nanoTime(), null, null, e.toString());
    }
  }

  /** Every application says "error" in its JSON where it had to do without another one. */
  private static Sample sample(@Nullable String user, long start, HttpResponse<String> response) {
    long end = System.nanoTime();
    String body = response.body();
    boolean complete = response.statusCode() == 200 && !body.contains("\"error\"");
    Object product = Json.parse(body);
    return new Sample(
        user,
        start,
        end,
        Json.string(product, "reviews", "version").orElse(null),
        Json.string(product, "reviews", "ratings", "version").orElse(null),
        complete ? null : "status " + response.statusCode() + ": " + body);
  }
}
