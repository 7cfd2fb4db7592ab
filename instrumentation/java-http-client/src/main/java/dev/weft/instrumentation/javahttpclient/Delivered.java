package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.Context;
import dev.weft.bridge.Ending;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import org.jspecify.annotations.Nullable;

/** A response that is the application's; or a redirect, which is followed on its behalf. */
final class Delivered<T> {

  private final ClientCall<T> call;
  private final HttpRequest request;
  private final ResponseInfo info;
  private final @Nullable Ending ending;

  private @Nullable HttpRequest next;
  private volatile @Nullable DeliveredBody<T> body;

  /**
   * @param info the head, edited
   * @param ending null: the engine does not wait for the end of the body
   */
  Delivered(ClientCall<T> call, HttpRequest request, ResponseInfo info, @Nullable Ending ending) {
    this.call = call;
    this.request = request;
    this.info = info;
    this.ending = ending;
  }

  /** Who takes the body: the application's handler decides, unless the response is a redirect. */
  BodySubscriber<T> subscriber() {
    next = call.redirected(request, info);
    if (next != null) {
      return new UnwantedBody<>(ending);
    }
    InboundCall before = Context.enter(call.context());
    try {
      DeliveredBody<T> wrapped =
          new DeliveredBody<>(call.handler().apply(info), ending, call.context());
      body = wrapped;
      return wrapped;
    } finally {
      Context.exit(before);
    }
  }

  /**
   * The application's body is ready.
   *
   * @param raw the client's own response; null: a local reply
   */
  void completed(@Nullable T made, @Nullable HttpResponse<T> raw) {
    HttpResponse<T> response = new MeshResponse<>(request, info, made, call.previous(), raw);
    if (next != null) {
      call.follow(response, next);
    } else {
      call.complete(response);
    }
  }

  void failed(Throwable failure) {
    finished(failure);
    call.fail(failure);
  }

  /** Breaks the body off, from any thread. False: there is none yet. */
  boolean fail(Throwable failure) {
    DeliveredBody<T> open = body;
    if (open != null) {
      open.fail(failure);
    }
    return open != null;
  }

  private void finished(Throwable failure) {
    DeliveredBody<T> open = body;
    if (open != null) {
      open.finished(failure);
    } else if (ending != null) {
      ending.finished(0, Headers.NONE, failure);
    }
  }
}
