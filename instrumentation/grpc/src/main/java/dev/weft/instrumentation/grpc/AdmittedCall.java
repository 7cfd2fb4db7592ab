package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Weft;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A call in the application's hands: edits its response, and remembers how it ended. */
final class AdmittedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

  /** HTTP's status, with which every gRPC response begins. */
  private static final int OK = 200;

  private final InboundCall inbound;
  private final AtomicLong messages = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean committed;
  private volatile @Nullable Headers trailers;
  private volatile @Nullable Throwable failure;

  AdmittedCall(ServerCall<Q, R> call, InboundCall inbound) {
    super(call);
    this.inbound = inbound;
  }

  InboundCall inbound() {
    return inbound;
  }

  @Override
  public void sendHeaders(Metadata headers) {
    commit(headers);
    super.sendHeaders(headers);
  }

  @Override
  public void sendMessage(R message) {
    messages.incrementAndGet();
    super.sendMessage(message);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (!committed) {
      commit(trailers); // a response of trailers only: they are its head
    }
    this.trailers = Statuses.headers(status, trailers);
    super.close(status, trailers);
  }

  private void commit(Metadata head) {
    committed = true;
    MetadataHeaders headers = new MetadataHeaders(head);
    try {
      inbound.responding(OK, headers).apply(headers);
    } catch (RuntimeException e) {
      Weft.suppressed("grpc", e); // the verdict is behind us: the response goes out as it is
    }
  }

  /** The application's code threw: gRPC answers UNKNOWN on its behalf. */
  void failed(Throwable thrown) {
    failure = thrown;
    if (trailers == null) {
      trailers = Statuses.headers(Status.fromThrowable(thrown), null);
    }
  }

  /** The call is over, and nothing more will be said about it. Only the first word counts. */
  void finished(boolean cancelled) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    Headers last = trailers;
    Throwable broken = failure;
    if (cancelled && broken == null) {
      broken =
          Status.CANCELLED.withDescription("the client or its connection went away").asException();
    }
    try {
      inbound.finished(
          committed || last != null ? OK : 0,
          new Completion(messages.get(), last == null ? Headers.NONE : last, broken));
    } catch (RuntimeException e) {
      Weft.suppressed("grpc", e);
    }
  }
}
