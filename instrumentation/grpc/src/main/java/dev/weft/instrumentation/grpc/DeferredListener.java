package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Admission;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.Step;
import dev.weft.bridge.Weft;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.internal.ObjectPool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the application's listener until the verdict is known, without a thread. What
 * happens meanwhile is kept in order; no message arrives, since none was asked for.
 *
 * <p>The events that were kept are played back on the server's executor; what gRPC reports during
 * that is appended. Only when nothing is left do events go straight through, so the application
 * sees one event at a time.
 */
final class DeferredListener<Q> extends ServerCall.Listener<Q> {

  private static final Step.Answer NO_THREAD =
      new Step.Answer(
          503, HeaderEdits.NONE, "mesh: no thread for it".getBytes(StandardCharsets.UTF_8));

  private final Arrived<Q, ?> arrived;
  private final ObjectPool<? extends Executor> executors;
  private final Context context = Context.current();

  // Guarded by this.
  private final Queue<Consumer<ServerCall.Listener<Q>>> events = new ArrayDeque<>();
  private ServerCall.@Nullable Listener<Q> through;

  DeferredListener(Arrived<Q, ?> arrived, ObjectPool<? extends Executor> executors) {
    this.arrived = arrived;
    this.executors = executors;
  }

  ServerCall.Listener<Q> await(Mesh mesh, Verdict.Later later) {
    Admission.later(mesh, new Pending(arrived.inbound(), later))
        .whenComplete((verdict, failure) -> proceed(verdict));
    return this;
  }

  /** On the thread that reached the verdict, where the application must not run. */
  private void proceed(Verdict verdict) {
    Executor executor = executors.getObject();
    try {
      executor.execute(
          () -> {
            try {
              context.run(() -> play(verdict));
            } finally {
              release(executor);
            }
          });
    } catch (RuntimeException e) {
      release(executor);
      Weft.suppressed("grpc", e);
      play(new Verdict.Refuse(NO_THREAD)); // runs none of the application's code
    }
  }

  private void release(Executor executor) {
    executors.returnObject(executor);
  }

  private void play(Verdict verdict) {
    ServerCall.Listener<Q> listener;
    try {
      listener = arrived.decided(verdict);
    } catch (RuntimeException | Error e) {
      close(e);
      listener = new Silent<>();
    }
    while (true) {
      Consumer<ServerCall.Listener<Q>> event;
      synchronized (this) {
        event = events.poll();
        if (event == null) {
          through = listener;
          return;
        }
      }
      try {
        event.accept(listener);
      } catch (RuntimeException | Error e) {
        close(e);
      }
    }
  }

  /** As gRPC does when a handler throws. */
  private void close(Throwable thrown) {
    Weft.suppressed("grpc", thrown);
    try {
      arrived
          .call()
          .close(
              Status.UNKNOWN.withDescription("Application error processing RPC").withCause(thrown),
              new Metadata());
    } catch (IllegalStateException e) {
      // Closed by the application before it threw.
    }
  }

  private void event(Consumer<ServerCall.Listener<Q>> event) {
    ServerCall.Listener<Q> listener;
    synchronized (this) {
      listener = through;
      if (listener == null) {
        events.add(event);
        return;
      }
    }
    event.accept(listener);
  }

  @Override
  public void onMessage(Q message) {
    event(listener -> listener.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    event(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onReady() {
    event(ServerCall.Listener::onReady);
  }

  @Override
  public void onCancel() {
    event(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    event(ServerCall.Listener::onComplete);
  }
}
