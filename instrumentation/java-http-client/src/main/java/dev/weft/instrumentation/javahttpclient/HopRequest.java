package dev.weft.instrumentation.javahttpclient;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a redirect makes of a request: the application may see it in its response. */
final class HopRequest extends HttpRequest {

  private final HttpRequest from;
  private final URI uri;
  private final String method;
  private final HttpHeaders headers;
  private final @Nullable BodyPublisher body;

  HopRequest(
      HttpRequest from, URI uri, String method, HttpHeaders headers, @Nullable BodyPublisher body) {
    this.from = from;
    this.uri = uri;
    this.method = method;
    this.headers = headers;
    this.body = body;
  }

  @Override
  public Optional<BodyPublisher> bodyPublisher() {
    return Optional.ofNullable(body);
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public Optional<Duration> timeout() {
    return from.timeout();
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
    return uri + " " + method;
  }
}
