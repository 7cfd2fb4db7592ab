package dev.weft.instrumentation.javahttpclient;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/** Publishes the body of a local reply, all at once, when it is asked for. */
final class LocalBody implements Flow.Subscription {

  private final byte[] bytes;
  private final BodySubscriber<?> subscriber;
  private boolean over;

  private LocalBody(byte[] bytes, BodySubscriber<?> subscriber) {
    this.bytes = bytes;
    this.subscriber = subscriber;
  }

  static void feed(byte[] bytes, BodySubscriber<?> subscriber) {
    LocalBody body = new LocalBody(bytes, subscriber);
    subscriber.onSubscribe(body);
    if (bytes.length == 0) {
      body.request(1); // an end needs no demand
    }
  }

  @Override
  public void request(long n) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    if (n <= 0) {
      subscriber.onError(new IllegalArgumentException("non-positive subscription request"));
      return;
    }
    if (bytes.length > 0) {
      subscriber.onNext(List.of(ByteBuffer.wrap(bytes).asReadOnlyBuffer()));
    }
    subscriber.onComplete();
  }

  @Override
  public synchronized void cancel() {
    over = true;
  }
}
