package dev.weft.instrumentation.grpc;

import dev.weft.bridge.AsyncTries;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.bridge.Weft;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A call in the mesh's hands: from the application to its tries, and back. */
final class Conversation<Q, R> implements AsyncTries.Library {

  /** How often a stream that never began is begun again, on another connection. */
  private static final int MISCARRIAGES = 3;

  private static final Status KILLED =
      Status.UNAVAILABLE.withDescription("Channel shutdownNow invoked");

  /**
   * What a call runs in.
   *
   * @param channel the mesh's own
   * @param context the application's
   */
  record Surroundings<Q, R>(
      Mesh mesh,
      MeshTransport transport,
      Channel channel,
      Context context,
      Invocation<Q, R> invocation) {}

  private final Surroundings<Q, R> surroundings;
  private final Metadata headers;
  private final Incoming<R> incoming;
  private final Outgoing<Q> outgoing = new Outgoing<>();
  private final Patience patience;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger miscarried = new AtomicInteger();
  private final @Nullable InboundCall caller = dev.weft.bridge.Context.current();
  private volatile AsyncTries tries;
  private volatile boolean answered;

  Conversation(
      Surroundings<Q, R> surroundings, Incoming<R> incoming, Metadata headers, OutboundCall call) {
    this.surroundings = surroundings;
    this.incoming = incoming;
    this.headers = headers;
    this.patience = new Patience(surroundings.mesh(), surroundings.context(), this::giveUp);
    this.tries = new AsyncTries(surroundings.mesh(), call, this);
    incoming.onClose(this::closing);
  }

  Surroundings<Q, R> surroundings() {
    return surroundings;
  }

  Incoming<R> incoming() {
    return incoming;
  }

  Outgoing<Q> outgoing() {
    return outgoing;
  }

  /** False when the engine failed before anything was sent, and this never was. */
  boolean start() {
    try {
      tries.start();
    } catch (RuntimeException e) {
      if (begun.get() == 0 && !incoming.isClosed()) {
        Weft.suppressed("grpc", e);
        return false;
      }
      broken(e);
    }
    waiting(0);
    return true;
  }

  private void closing() {
    patience.end();
    surroundings.transport().leave();
  }

  // What the application does, beyond what it sends.

  void cancel(Status status, @Nullable String message, @Nullable Throwable cause) {
    if (!giveUp(status)) {
      MeshTry<Q, R> delivered = current();
      if (delivered != null) {
        delivered.breakOff(status, message, cause);
      }
    }
  }

  @SuppressWarnings("unchecked") // every try is made here
  @Nullable MeshTry<Q, R> current() {
    return (MeshTry<Q, R>) outgoing.current();
  }

  /** True when that ended the call; false when it was over, or its response is being read. */
  private boolean giveUp(Status status) {
    boolean paused = patience.stop();
    if (tries.cancel() || paused) {
      incoming.closeLater(status, new Metadata());
      return true;
    }
    return false;
  }

  // What a try reports.

  /** Null: another try follows, or the call is over; the response is nobody's. */
  AsyncTries.@Nullable Delivery head(MeshTry<Q, R> attempt, int status, Headers head) {
    answered = true;
    try {
      AsyncTries.Delivery delivery =
          attempt.attempt().head(new Outcome.Head(status, head, replayable()));
      if (delivery != null) {
        outgoing.forget();
      }
      return delivery;
    } catch (RuntimeException e) {
      broken(e);
      return null;
    }
  }

  /** The unwanted response is gone. */
  void dropped(MeshTry<Q, R> attempt) {
    report(attempt.attempt()::dropped);
  }

  void failed(MeshTry<Q, R> attempt, Status status, Metadata trailers) {
    if (Failures.isMiscarried(attempt)
        && !attempt.isBroken()
        && outgoing.isKept()
        && miscarried.incrementAndGet() <= MISCARRIAGES) {
      again(attempt);
      return;
    }
    Outcome.Kind kind = Failures.kind(attempt, status, surroundings.context());
    boolean replayable = replayable() && !(kind == Outcome.Kind.TIMEOUT && isExpired());
    Outcome.Failed failed =
        new Outcome.Failed(kind, status.asRuntimeException(trailers), replayable);
    report(() -> attempt.attempt().failed(failed));
  }

  private void again(MeshTry<Q, R> attempt) {
    try {
      begin(attempt.send(), attempt.attempt());
    } catch (RuntimeException e) {
      Outcome.Failed failed = new Outcome.Failed(Outcome.Kind.OTHER, e, false);
      report(() -> attempt.attempt().failed(failed));
    }
  }

  private void report(Runnable event) {
    int before = begun.get();
    try {
      event.run();
    } catch (RuntimeException e) {
      broken(e);
    }
    waiting(before);
  }

  /** If no try has begun since, the engine has it wait, and nobody else minds the deadline. */
  private void waiting(int before) {
    if (begun.get() == before && !incoming.isClosed()) {
      patience.begin(surroundings.invocation().deadline(surroundings.context()));
    }
  }

  private void broken(RuntimeException failure) {
    Weft.suppressed("grpc", failure);
    giveUp(Status.INTERNAL.withDescription("mesh: the call could not go on").withCause(failure));
  }

  // What the loop asks for.

  @Override
  public void send(Step.Send send, AsyncTries.Attempt attempt) {
    if (surroundings.transport().isKilled()) {
      attempt.failed(new Outcome.Failed(Outcome.Kind.OTHER, KILLED.asRuntimeException(), false));
      return;
    }
    begin(send, attempt);
  }

  private void begin(Step.Send send, AsyncTries.Attempt attempt) {
    Context before = surroundings.context().attach();
    try {
      new MeshTry<>(this, send, attempt, begun.incrementAndGet()).begin(headers);
    } finally {
      surroundings.context().detach(before);
    }
  }

  @Override
  public void local(Step.Answer answer) {
    end(Statuses.of(answer), Statuses.trailers(answer));
  }

  @Override
  public void fail(Throwable failure) {
    Metadata trailers = Status.trailersFromThrowable(failure);
    end(
        failure instanceof SocketTimeoutException
            ? Status.DEADLINE_EXCEEDED.withDescription(failure.getMessage())
            : Status.fromThrowable(failure),
        trailers == null ? new Metadata() : trailers);
  }

  private void end(Status status, Metadata trailers) {
    if (isExpired() && status.getCode() != Status.Code.DEADLINE_EXCEEDED) {
      incoming.closeLater(
          Status.DEADLINE_EXCEEDED.withDescription(status.getDescription()), trailers);
    } else if (!waitsForReady(status) || !patience.pause(this::anew)) {
      incoming.closeLater(status, trailers);
    }
  }

  /**
   * Such a call does not fail because nobody can be reached now. It is a new call of the mesh each
   * time, since the last one is over for the engine.
   */
  private boolean waitsForReady(Status status) {
    return surroundings.invocation().options().isWaitForReady()
        && status.getCode() == Status.Code.UNAVAILABLE
        && !answered
        && outgoing.isKept()
        && !surroundings.transport().isKilled();
  }

  private void anew() {
    InboundCall before = dev.weft.bridge.Context.enter(caller);
    try {
      OutboundCall call = surroundings.mesh().outbound(surroundings.invocation().head(headers));
      if (call == null) {
        incoming.closeLater(
            Status.UNAVAILABLE.withDescription("mesh: no longer a host of the mesh"),
            new Metadata());
        return;
      }
      tries = new AsyncTries(surroundings.mesh(), call, this);
      report(tries::start);
    } catch (RuntimeException e) {
      incoming.closeLater(Status.fromThrowable(e), new Metadata());
    } finally {
      dev.weft.bridge.Context.exit(before);
    }
  }

  @Override
  public boolean replayable() {
    return outgoing.isKept();
  }

  private boolean isExpired() {
    Deadline deadline = surroundings.invocation().deadline(surroundings.context());
    return deadline != null && deadline.isExpired();
  }
}
