package dev.weft.instrumentation.javahttpclient;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What the application gets: the request is its own, or the one that a redirect made of it. */
final class MeshResponse<T> implements HttpResponse<T> {

  private final HttpRequest request;
  private final ResponseInfo info;
  private final @Nullable T body;
  private final @Nullable HttpResponse<T> previous;
  private final @Nullable HttpResponse<T> raw;

  /**
   * @param previous the response that redirected here
   * @param raw the client's own; null: a local reply
   */
  MeshResponse(
      HttpRequest request,
      ResponseInfo info,
      @Nullable T body,
      @Nullable HttpResponse<T> previous,
      @Nullable HttpResponse<T> raw) {
    this.request = request;
    this.info = info;
    this.body = body;
    this.previous = previous;
    this.raw = raw;
  }

  @Override
  public int statusCode() {
    return info.statusCode();
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public Optional<HttpResponse<T>> previousResponse() {
    return Optional.ofNullable(previous);
  }

  @Override
  public HttpHeaders headers() {
    return info.headers();
  }

  @Override
  @SuppressWarnings("NullAway") // null is what a discarding handler makes of a body
  public T body() {
    return body;
  }

  @Override
  public Optional<SSLSession> sslSession() {
    return raw == null ? Optional.empty() : raw.sslSession();
  }

  @Override
  public URI uri() {
    return request.uri();
  }

  @Override
  public HttpClient.Version version() {
    return info.version();
  }

  @Override
  public String toString() {
    return "(" + request.method() + " " + uri() + ") " + statusCode();
  }
}
