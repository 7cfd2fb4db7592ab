package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.Context;
import dev.weft.bridge.Ending;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Hands a response body to the application's subscriber, in the context of its call; counts it, and
 * tells when it is over. Can be broken from outside: the subscriber then sees an error, never
 * concurrently with anything else.
 */
final class DeliveredBody<T> implements BodySubscriber<T> {

  private final BodySubscriber<T> subscriber;
  private final @Nullable Ending ending;
  private final @Nullable InboundCall context;

  private volatile long bytes;

  // Guarded by this.
  private Flow.@Nullable Subscription upstream;
  private boolean busy;
  private boolean over;
  private @Nullable Throwable breakage;

  DeliveredBody(
      BodySubscriber<T> subscriber, @Nullable Ending ending, @Nullable InboundCall context) {
    this.subscriber = subscriber;
    this.ending = ending;
    this.context = context;
  }

  @Override
  public CompletionStage<T> getBody() {
    return subscriber.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    synchronized (this) {
      upstream = subscription;
      busy = true;
    }
    InboundCall before = Context.enter(context);
    try {
      subscriber.onSubscribe(new Upstream(subscription));
    } finally {
      Context.exit(before);
      idle();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    long count = 0;
    for (ByteBuffer buffer : buffers) {
      count += buffer.remaining();
    }
    synchronized (this) {
      if (over) {
        return;
      }
      busy = true;
      bytes += count;
    }
    InboundCall before = Context.enter(context);
    try {
      subscriber.onNext(buffers);
    } finally {
      Context.exit(before);
      idle();
    }
  }

  @Override
  public void onError(Throwable failure) {
    Throwable first;
    synchronized (this) {
      first = breakage == null ? failure : breakage; // it may be what our own breaking caused
    }
    if (isFirstEnd()) {
      error(first);
    }
  }

  @Override
  public void onComplete() {
    if (!isFirstEnd()) {
      return;
    }
    finished(null); // before the application's own stages can run
    InboundCall before = Context.enter(context);
    try {
      subscriber.onComplete();
    } finally {
      Context.exit(before);
    }
  }

  /** Breaks the body off, from any thread. */
  void fail(Throwable failure) {
    Flow.Subscription open;
    synchronized (this) {
      if (over || breakage != null) {
        return;
      }
      breakage = failure;
      open = upstream;
    }
    if (open != null) {
      open.cancel();
      emit();
    }
  }

  private void idle() {
    synchronized (this) {
      busy = false;
    }
    emit();
  }

  /** Tells the subscriber of a breakage once it is not busy. */
  private void emit() {
    Throwable failure;
    Flow.Subscription open;
    synchronized (this) {
      failure = breakage;
      open = upstream;
      if (failure == null || busy || over) {
        return;
      }
      over = true;
    }
    if (open != null) {
      open.cancel();
    }
    error(failure);
  }

  private synchronized boolean isFirstEnd() {
    boolean first = !over;
    over = true;
    return first;
  }

  private void error(Throwable failure) {
    finished(failure);
    InboundCall before = Context.enter(context);
    try {
      subscriber.onError(failure);
    } finally {
      Context.exit(before);
    }
  }

  /** The exchange is over in the engine's eyes. */
  void finished(@Nullable Throwable failure) {
    if (ending != null) {
      ending.finished(bytes, Headers.NONE, failure);
    }
  }

  /** What the application asks for, and its own giving up. */
  private final class Upstream implements Flow.Subscription {
    private final Flow.Subscription subscription;

    Upstream(Flow.Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void request(long n) {
      subscription.request(n);
    }

    @Override
    public void cancel() {
      subscription.cancel();
      finished(new CancellationException("the application cancelled the response body"));
    }
  }
}
