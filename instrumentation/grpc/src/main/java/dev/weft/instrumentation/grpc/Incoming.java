package dev.weft.instrumentation.grpc;

import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the application hears of one call: one thing at a time, and its end exactly once. */
final class Incoming<R> {

  private final ClientCall.Listener<R> listener;
  private final Executor executor;
  private final Context context;
  private final AtomicBoolean closed = new AtomicBoolean();
  private Runnable over = () -> {};

  /**
   * @param executor the application's, one task at a time
   * @param context the application's
   */
  Incoming(ClientCall.Listener<R> listener, Executor executor, Context context) {
    this.listener = listener;
    this.executor = executor;
    this.context = context;
  }

  /** Who is told, before the application is, that nothing more will come. Before the first try. */
  void onClose(Runnable told) {
    over = told;
  }

  Executor executor() {
    return executor;
  }

  /** On the executor, in the context: a try's own callbacks are. */
  ClientCall.Listener<R> listener() {
    return listener;
  }

  boolean isClosed() {
    return closed.get();
  }

  /** As {@link #listener}. */
  void close(Status status, Metadata trailers) {
    if (closed.compareAndSet(false, true)) {
      over.run();
      listener.onClose(status, trailers);
    }
  }

  /** From any thread. */
  void closeLater(Status status, Metadata trailers) {
    later(() -> close(status, trailers));
  }

  /** From any thread. */
  void readyLater() {
    later(
        () -> {
          if (!isClosed()) {
            listener.onReady();
          }
        });
  }

  /** Runs this where the application's callbacks run, after those that are due. */
  void later(Runnable task) {
    executor.execute(() -> context.run(task));
  }
}
