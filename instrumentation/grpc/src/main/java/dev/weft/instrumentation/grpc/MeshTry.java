package dev.weft.instrumentation.grpc;

import dev.weft.bridge.AsyncTries;
import dev.weft.bridge.Headers;
import dev.weft.bridge.Step;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.internal.ClientStreamListener.RpcProgress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One try of a call: a call of the mesh's own channel, pinned to one endpoint. Its callbacks come
 * one at a time, on the application's executor and in its context.
 */
final class MeshTry<Q, R> extends ClientCall.Listener<R> {

  private final Conversation<Q, R> conversation;
  private final Step.Send send;
  private final AsyncTries.Attempt attempt;
  private final int number;
  private final Pin pin;
  private final ClientCall<Q, R> call;

  private volatile boolean broken;
  private volatile boolean over;
  private volatile @Nullable String reason;
  private volatile @Nullable Throwable cause;
  private volatile @Nullable RpcProgress progress;

  // On the executor.
  private AsyncTries.@Nullable Delivery delivery;
  private long messages;

  /**
   * @param number greater than those of the tries before
   */
  MeshTry(Conversation<Q, R> conversation, Step.Send send, AsyncTries.Attempt attempt, int number) {
    this.conversation = conversation;
    this.send = send;
    this.attempt = attempt;
    this.number = number;
    this.pin = new Pin(send.address(), send.keep(), conversation.outgoing()::forget);
    Invocation<Q, R> invocation = conversation.surroundings().invocation();
    this.call =
        conversation.surroundings().channel().newCall(invocation.method(send.target()), options());
  }

  void begin(Metadata original) {
    Metadata headers = new Metadata();
    headers.merge(original);
    send.edits().apply(new MetadataHeaders(headers));
    call.start(this, headers);
    attempt.onAbort(this::expired);
    conversation.outgoing().begin(this);
  }

  private CallOptions options() {
    Conversation.Surroundings<Q, R> around = conversation.surroundings();
    CallOptions options =
        around
            .invocation()
            .options()
            .withoutWaitForReady() // another endpoint may be ready: the engine is asked for it
            .withExecutor(conversation.incoming().executor())
            .withOption(Pin.KEY, pin)
            .withStreamTracerFactory(pin);
    if (!send.authority().equals(around.invocation().authority())
        || around.invocation().options().getAuthority() != null) {
      options = options.withAuthority(send.authority());
    }
    if (send.timeout() != null) {
      Deadline own = Deadline.after(send.timeout().toNanos(), TimeUnit.NANOSECONDS);
      Deadline application = options.getDeadline();
      options = options.withDeadline(application == null ? own : application.minimum(own));
    }
    return options;
  }

  int number() {
    return number;
  }

  Step.Send send() {
    return send;
  }

  AsyncTries.Attempt attempt() {
    return attempt;
  }

  Pin pin() {
    return pin;
  }

  @Nullable RpcProgress progress() {
    return progress;
  }

  /** Before {@link #onClose}. */
  void progress(RpcProgress reached) {
    progress = reached;
  }

  // The application's half.

  void request(int count) {
    call.request(count);
  }

  void message(Q message) {
    call.sendMessage(message);
  }

  void halfClose() {
    call.halfClose();
  }

  void compression(boolean enabled) {
    call.setMessageCompression(enabled);
  }

  boolean isReady() {
    return call.isReady();
  }

  void readyAgain() {
    conversation.incoming().readyLater();
  }

  Attributes attributes() {
    return call.getAttributes();
  }

  /** Nothing is written to it any more. */
  private void abort(@Nullable String why, @Nullable Throwable because) {
    if (!broken) {
      reason = why;
      cause = because;
      conversation.outgoing().abort(this);
    }
  }

  /** By {@link Outgoing}, under its lock. */
  void breaking() {
    broken = true;
  }

  boolean isBroken() {
    return broken;
  }

  /** By {@link Outgoing}, under its lock. */
  void over() {
    over = true;
  }

  /** Its end was heard of; that may be before its beginning is. */
  boolean isOver() {
    return over;
  }

  /** By {@link Outgoing}, when nobody writes. */
  void cancelNow() {
    call.cancel(reason, cause);
  }

  // The server's half.

  @Override
  public void onReady() {
    if (!broken && !conversation.incoming().isClosed()) {
      conversation.incoming().listener().onReady();
    }
  }

  @Override
  public void onHeaders(Metadata headers) {
    delivery = conversation.head(this, 200, new MetadataHeaders(headers));
    if (delivery == null) {
      abort("another try follows", null);
      conversation.dropped(this); // cancelled is dropped
      return;
    }
    delivery.edits().apply(new MetadataHeaders(headers));
    conversation.incoming().listener().onHeaders(headers);
  }

  @Override
  public void onMessage(R message) {
    if (delivery != null && !conversation.incoming().isClosed()) {
      messages++;
      conversation.incoming().listener().onMessage(message);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    conversation.outgoing().end(this);
    if (delivery != null) {
      close(delivery, status, trailers);
    } else if (broken) {
      return; // who broke it has seen to what follows
    } else if (Failures.isResponse(pin, status)) {
      Headers headers = Statuses.headers(status, trailers);
      AsyncTries.Delivery last = conversation.head(this, Failures.httpStatus(status), headers);
      if (last == null) {
        conversation.dropped(this);
        return;
      }
      last.edits().apply(new MetadataHeaders(trailers));
      close(last, status, trailers);
    } else {
      conversation.failed(this, status, trailers);
    }
  }

  private void close(AsyncTries.Delivery last, Status status, Metadata trailers) {
    boolean whole = !broken && Failures.isResponse(pin, status);
    last.ending()
        .finished(
            messages,
            Statuses.headers(status, trailers),
            whole ? null : status.asException(trailers));
    conversation.incoming().close(status, trailers);
  }

  /** The mesh's time for this try is over. Before its response, that is the engine's to judge. */
  private void expired() {
    Status status = Status.DEADLINE_EXCEEDED.withDescription("the mesh's timeout ran out");
    breakOff(status, status.getDescription(), null);
  }

  /**
   * Ends a response that is being read. Does not wait for gRPC to say so: when a connection breaks
   * while messages wait to be read, grpc-java never closes a call that is cancelled then.
   */
  void breakOff(Status status, @Nullable String why, @Nullable Throwable because) {
    abort(why, because);
    conversation
        .incoming()
        .later(
            () -> {
              if (delivery != null) {
                close(delivery, status, new Metadata());
              }
            });
  }
}
