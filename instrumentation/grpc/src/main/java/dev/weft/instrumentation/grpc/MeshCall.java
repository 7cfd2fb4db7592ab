package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Weft;
import io.grpc.Attributes;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.InputStream;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A call of the application to a host of the mesh: one call of the mesh, each of whose tries is a
 * call of the mesh's own channel.
 *
 * <p>As with any {@code ClientCall}, {@code cancel}, {@code request} and {@code isReady} may be
 * called by any thread, the rest by one at a time.
 */
final class MeshCall<Q, R> extends ClientCall<Q, R> {

  private static final Status CANCELLED = Status.CANCELLED.withDescription("call was cancelled");

  private final Mesh mesh;
  private final MeshTransport transport;
  private final Invocation<Q, R> invocation;
  private final Context context = Context.current();

  private boolean started;
  private boolean halfClosed;
  private volatile boolean cancelled;

  // One of the two, once it is started.
  private volatile @Nullable Conversation<Q, R> conversation;
  private volatile @Nullable ClientCall<Q, R> unmeshed;

  MeshCall(Mesh mesh, MeshTransport transport, Invocation<Q, R> invocation) {
    this.mesh = mesh;
    this.transport = transport;
    this.invocation = invocation;
  }

  @Override
  public void start(Listener<R> listener, Metadata headers) {
    check(!started, "Already started");
    check(!cancelled, "call was cancelled");
    started = true;
    Conversation<Q, R> made = converse(listener, headers);
    conversation = made;
    if (made != null && made.start()) {
      if (cancelled) {
        made.cancel(CANCELLED, CANCELLED.getDescription(), null); // while this was being set up
      }
      return;
    }
    if (made != null) {
      transport.leave();
    }
    ClientCall<Q, R> other = invocation.unmeshed();
    unmeshed = other;
    conversation = null;
    other.start(listener, headers);
    if (cancelled) {
      other.cancel(CANCELLED.getDescription(), null);
    }
  }

  /** Null when the call is not the mesh's after all, and goes to the application's channel. */
  private @Nullable Conversation<Q, R> converse(Listener<R> listener, Metadata headers) {
    MeshTransport.Opened opened = null;
    try {
      opened = transport.enter(invocation.next().authority());
      OutboundCall call = opened == null ? null : mesh.outbound(invocation.head(headers));
      if (opened != null && call != null) {
        Executor own = invocation.options().getExecutor();
        Executor executor = new CallExecutor(own != null ? own : opened.executor());
        return new Conversation<>(
            new Conversation.Surroundings<>(mesh, transport, opened.channel(), context, invocation),
            new Incoming<>(listener, executor, context),
            headers,
            call);
      }
    } catch (RuntimeException e) {
      Weft.suppressed("grpc", e);
    }
    if (opened != null) {
      transport.leave();
    }
    return null;
  }

  @Override
  public void request(int messages) {
    Conversation<Q, R> mine = conversation;
    ClientCall<Q, R> other = unmeshed;
    if (other != null) {
      other.request(messages);
    } else {
      if (mine == null) {
        throw new IllegalStateException("Not started");
      }
      if (messages < 0) {
        throw new IllegalArgumentException("messages: " + messages + " (expected: >= 0)");
      }
      mine.outgoing().request(messages);
    }
  }

  @Override
  public void sendMessage(Q message) {
    Conversation<Q, R> mine = sending();
    if (mine == null) {
      other().sendMessage(message);
      return;
    }
    mine.outgoing().add(attempt -> attempt.message(message));
    if (message instanceof InputStream) {
      mine.outgoing().forget(); // can be read once
    }
  }

  @Override
  public void halfClose() {
    Conversation<Q, R> mine = sending();
    if (mine == null) {
      other().halfClose();
      return;
    }
    halfClosed = true;
    mine.outgoing().add(MeshTry::halfClose);
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    Conversation<Q, R> mine = conversation;
    if (mine == null) {
      other().setMessageCompression(enabled);
    } else {
      mine.outgoing().add(attempt -> attempt.compression(enabled));
    }
  }

  @Override
  public boolean isReady() {
    Conversation<Q, R> mine = conversation;
    ClientCall<Q, R> other = unmeshed;
    return other != null
        ? other.isReady()
        : mine != null && !halfClosed && mine.outgoing().isReady();
  }

  @Override
  public Attributes getAttributes() {
    Conversation<Q, R> mine = conversation;
    ClientCall<Q, R> other = unmeshed;
    MeshTry<Q, R> attempt = mine == null ? null : mine.current();
    return other != null
        ? other.getAttributes()
        : attempt == null ? Attributes.EMPTY : attempt.attributes();
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    Conversation<Q, R> mine = conversation;
    ClientCall<Q, R> other = unmeshed;
    if (other != null) {
      other.cancel(message, cause);
      return;
    }
    if (cancelled) {
      return;
    }
    cancelled = true;
    if (mine != null) {
      Throwable because =
          message == null && cause == null
              ? new CancellationException("Cancelled without a message or cause")
              : cause;
      String text = message == null ? "Call cancelled without message" : message;
      mine.cancel(Status.CANCELLED.withDescription(text).withCause(because), text, because);
    }
  }

  @Override
  public String toString() {
    return "MeshCall{" + invocation.authority() + invocation.target() + '}';
  }

  /** Null when the other channel has the call. */
  private @Nullable Conversation<Q, R> sending() {
    Conversation<Q, R> mine = conversation;
    if (mine != null) {
      check(!cancelled, "call was cancelled");
      check(!halfClosed, "call was half-closed");
    }
    return mine;
  }

  private ClientCall<Q, R> other() {
    ClientCall<Q, R> other = unmeshed;
    if (other == null) {
      throw new IllegalStateException("Not started");
    }
    return other;
  }

  private static void check(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }
}
