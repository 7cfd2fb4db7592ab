package dev.weft.bookinfo.reviews;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Version 2: ratings over HTTP, by the client that every JDK has. */
final class HttpRatings implements Ratings {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);

  private final URI base;
  private final ObjectMapper json;

  HttpRatings(URI base, ObjectMapper json) {
    this.base = base;
    this.json = json;
  }

  private record Answer(long id, Map<String, Integer> ratings, String version, String pod) {}

  @Override
  public Optional<Stars> of(long productId) {
    URI uri = base.resolve("/ratings/" + productId);
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
      connection.setReadTimeout((int) READ_TIMEOUT.toMillis());
      connection.setRequestProperty("Accept", "application/json");
      return Optional.of(stars(uri, connection));
    } catch (IOException e) {
      throw new RatingsUnavailableException("GET " + uri + ": " + e, e);
    }
  }

  private Stars stars(URI uri, HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      drain(connection.getErrorStream());
      throw new RatingsUnavailableException("GET " + uri + ": status " + status);
    }
    try (InputStream body = connection.getInputStream()) {
      Answer answer = json.readValue(body, Answer.class);
      return new Stars(answer.ratings(), new Identity(answer.version(), answer.pod()));
    }
  }

  /** Reads an error to its end, so that the connection can be used again. */
  private static void drain(@Nullable InputStream error) throws IOException {
    if (error != null) {
      try (error) {
        error.transferTo(OutputStream.nullOutputStream());
      }
    }
  }
}
