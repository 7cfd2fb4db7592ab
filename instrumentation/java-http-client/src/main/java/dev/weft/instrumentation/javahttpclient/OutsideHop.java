package dev.weft.instrumentation.javahttpclient;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A hop that is not the mesh's business: the client's, but for its redirects. */
final class OutsideHop<T> implements Hop, BodyHandler<T> {

  private final ClientCall<T> call;
  private final HttpRequest request;

  private volatile @Nullable Delivered<T> delivered;

  // Guarded by this.
  private boolean cancelled;
  private @Nullable CompletableFuture<?> sent;

  OutsideHop(ClientCall<T> call, HttpRequest request) {
    this.call = call;
    this.request = request;
  }

  @Override
  public void start() {
    TryRequest same =
        new TryRequest(
            request,
            request.uri(),
            request.headers(),
            request.bodyPublisher().orElse(null),
            null,
            request.timeout().orElse(null));
    CompletableFuture<HttpResponse<T>> response = call.send(same, this);
    boolean late;
    synchronized (this) {
      sent = response;
      late = cancelled;
    }
    if (late) {
      response.cancel(true);
    }
    response.whenComplete(this::ended);
  }

  @Override
  public BodySubscriber<T> apply(ResponseInfo info) {
    Delivered<T> mine = new Delivered<>(call, request, info, null);
    delivered = mine;
    return mine.subscriber();
  }

  private void ended(@Nullable HttpResponse<T> response, @Nullable Throwable failure) {
    Delivered<T> mine = delivered;
    if (response != null && mine != null) {
      mine.completed(response.body(), response);
    } else if (failure != null) {
      call.fail(failure);
    }
  }

  @Override
  public boolean cancel() {
    CompletableFuture<?> running;
    synchronized (this) {
      cancelled = true;
      running = sent;
    }
    return running == null || running.cancel(true);
  }
}
