package dev.weft.instrumentation.javahttpclient;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The request of one try. Its URI carries authority and path as they go on the wire; the address
 * travels beside it, to the client's own copy of the request.
 */
final class TryRequest extends HttpRequest {

  private final HttpRequest from;
  private final URI uri;
  private final HttpHeaders headers;
  private final @Nullable BodyPublisher body;
  private final @Nullable Pinned address;
  private final @Nullable Duration timeout;

  /**
   * @param address null: where the client itself would connect
   * @param timeout what is left of the application's; null: it set none
   */
  TryRequest(
      HttpRequest from,
      URI uri,
      HttpHeaders headers,
      @Nullable BodyPublisher body,
      @Nullable Pinned address,
      @Nullable Duration timeout) {
    this.from = from;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
    this.address = address;
    this.timeout = timeout;
  }

  /** The request that the application knows of. */
  HttpRequest shown() {
    return from;
  }

  @Nullable Pinned address() {
    return address;
  }

  @Override
  public Optional<BodyPublisher> bodyPublisher() {
    return Optional.ofNullable(body);
  }

  @Override
  public String method() {
    return from.method();
  }

  @Override
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  @Override
  public boolean expectContinue() {
    return from.expectContinue();
  }

  @Override
  public URI uri() {
    return uri;
  }

  @Override
  public Optional<HttpClient.Version> version() {
    return from.version();
  }

  @Override
  public HttpHeaders headers() {
    return headers;
  }

  @Override
  public String toString() {
    return uri + " " + method();
  }
}
