package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.ReplayBuffer;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A request body through all tries. Publishers may be subscribed to again by contract, but many an
 * application's input stream can not: those are sent once more only as far as a copy was kept.
 */
final class RequestBody {

  private static final String JDK = "jdk.internal.net.http.RequestPublishers$";

  /** The JDK's own publishers of what is in memory or in a file. */
  private static final Set<String> REPEATABLE =
      Set.of(
          JDK + "ByteArrayPublisher",
          JDK + "StringPublisher",
          JDK + "FilePublisher",
          JDK + "EmptyPublisher");

  private final BodyPublisher publisher;
  private final OutboundCall call;
  private final boolean repeatable;

  private volatile boolean begun;
  private volatile boolean broken;
  private volatile byte @Nullable [] whole;
  private boolean told;

  RequestBody(BodyPublisher publisher, OutboundCall call) {
    this.publisher = publisher;
    this.call = call;
    this.repeatable = REPEATABLE.contains(publisher.getClass().getName());
  }

  boolean isReplayable() {
    return repeatable || !begun || whole != null;
  }

  /** Whether the application's publisher itself failed. */
  boolean isBroken() {
    return broken;
  }

  /**
   * The publisher for the next try.
   *
   * @param keep how many bytes to keep a copy of
   */
  BodyPublisher next(int keep) {
    byte[] copy = whole;
    return copy != null && !repeatable
        ? new Kept(BodyPublishers.ofByteArray(copy), publisher.contentLength())
        : new Copying(keep);
  }

  private void complete(ReplayBuffer buffer) {
    buffer.complete();
    byte[] copy = buffer.whole();
    if (copy == null) {
      return;
    }
    whole = copy;
    tell(copy);
  }

  /** Over HTTP/1.1 the client never asks an empty publisher. */
  void tellIfEmpty() {
    if (publisher.contentLength() == 0) {
      tell(new byte[0]);
    }
  }

  private void tell(byte[] copy) {
    synchronized (this) {
      if (told) {
        return;
      }
      told = true;
    }
    call.body(copy);
  }

  /** A kept copy, announced as the application announced the body: with its length, or chunked. */
  private record Kept(BodyPublisher copy, long contentLength) implements BodyPublisher {
    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      copy.subscribe(subscriber);
    }
  }

  /** The application's publisher, watched. */
  private final class Copying implements BodyPublisher {
    private final int keep;

    Copying(int keep) {
      this.keep = keep;
    }

    @Override
    public long contentLength() {
      return publisher.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      begun = true;
      ReplayBuffer buffer = new ReplayBuffer(keep);
      publisher.subscribe(
          new Flow.Subscriber<ByteBuffer>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
              subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer bytes) {
              buffer.add(bytes);
              subscriber.onNext(bytes);
            }

            @Override
            public void onError(Throwable failure) {
              broken = true;
              subscriber.onError(failure);
            }

            @Override
            public void onComplete() {
              complete(buffer);
              subscriber.onComplete();
            }
          });
    }
  }
}
