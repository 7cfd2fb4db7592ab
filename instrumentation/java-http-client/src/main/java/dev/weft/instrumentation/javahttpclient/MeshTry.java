package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.AsyncTries;
import dev.weft.bridge.Outcome;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One try: decides at the response head, where the client asks for a body subscriber. */
final class MeshTry<T> implements BodyHandler<T> {

  private final MeshHop<T> hop;
  private final AsyncTries.Attempt attempt;

  private volatile boolean unwanted;

  // Guarded by this.
  private @Nullable Delivered<T> delivered;
  private @Nullable Throwable failedEarly;
  private boolean aborted;
  private @Nullable CompletableFuture<?> sent;

  MeshTry(MeshHop<T> hop, AsyncTries.Attempt attempt) {
    this.hop = hop;
    this.attempt = attempt;
  }

  void send(TryRequest request) {
    attempt.onAbort(this::abort);
    CompletableFuture<HttpResponse<T>> response = hop.call().send(request, this);
    boolean late;
    synchronized (this) {
      sent = response;
      late = aborted;
    }
    if (late) {
      response.cancel(true);
    }
    response.whenComplete(this::ended);
  }

  @Override
  public BodySubscriber<T> apply(ResponseInfo info) {
    AsyncTries.Delivery delivery =
        attempt.head(
            new Outcome.Head(
                info.statusCode(), HeaderMaps.view(info.headers()), hop.isReplayable()));
    if (delivery == null) {
      unwanted = true;
      hop.ended(this);
      attempt.dropped(); // the next try need not wait for a body that nobody wants
      return new UnwantedBody<>(null);
    }
    hop.delivered();
    Info edited =
        new Info(
            info.statusCode(), HeaderMaps.edited(info.headers(), delivery.edits()), info.version());
    Delivered<T> mine = new Delivered<>(hop.call(), hop.request(), edited, delivery.ending());
    Throwable early = delivered(mine);
    if (early != null) { // aborted while the engine decided: nobody will hear of it again
      mine.failed(early);
      return new UnwantedBody<>(null);
    }
    return mine.subscriber();
  }

  private synchronized @Nullable Throwable delivered(Delivered<T> mine) {
    delivered = mine;
    return failedEarly;
  }

  private synchronized @Nullable Delivered<T> delivered() {
    return delivered;
  }

  private void ended(@Nullable HttpResponse<T> response, @Nullable Throwable failure) {
    Delivered<T> mine;
    synchronized (this) {
      mine = delivered;
      failedEarly = failure;
    }
    if (mine != null) {
      if (response != null) {
        mine.completed(response.body(), response);
      } else if (failure != null) {
        mine.failed(failure);
      }
    } else if (failure != null && !unwanted) {
      attempt.failed(hop.failed(failure));
      hop.ended(this);
    }
  }

  /** From any thread, before or after the head. */
  private void abort() {
    CompletableFuture<?> running;
    synchronized (this) {
      aborted = true;
      running = sent;
    }
    Delivered<T> mine = delivered();
    boolean broken =
        mine != null && mine.fail(new HttpTimeoutException("the mesh's timeout ran out"));
    if (!broken && running != null) {
      running.cancel(true);
    }
  }

  /** The application gives up its response, whose body is on its way. */
  boolean cancelDelivered() {
    CompletableFuture<?> running;
    synchronized (this) {
      running = sent;
    }
    return delivered() != null && running != null && running.cancel(true);
  }
}
