package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.Ending;
import dev.weft.bridge.Headers;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Drains what is small, for the sake of the connection, and breaks off the rest. */
final class UnwantedBody<T> implements BodySubscriber<T> {

  private static final int WORTH_DRAINING = 64 << 10;

  private final CompletableFuture<T> body = new CompletableFuture<>();
  private final @Nullable Ending ending;
  private Flow.@Nullable Subscription upstream;
  private long bytes;

  /**
   * @param ending of a redirect that is followed; null: a try that is not shown to anybody
   */
  UnwantedBody(@Nullable Ending ending) {
    this.ending = ending;
  }

  @Override
  public CompletionStage<T> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    upstream = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      bytes += buffer.remaining();
    }
    if (bytes > WORTH_DRAINING && upstream != null) {
      upstream.cancel();
      over();
    }
  }

  @Override
  public void onError(Throwable failure) {
    over(); // nobody wanted it
  }

  @Override
  public void onComplete() {
    over();
  }

  @SuppressWarnings("NullAway") // no body
  private void over() {
    if (ending != null) {
      ending.finished(bytes, Headers.NONE, null);
    }
    body.complete(null);
  }
}
