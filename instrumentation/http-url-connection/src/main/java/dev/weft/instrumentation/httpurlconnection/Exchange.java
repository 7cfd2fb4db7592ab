package dev.weft.instrumentation.httpurlconnection;

import dev.weft.bridge.BlockingTries;
import dev.weft.bridge.BlockingTries.Begun;
import dev.weft.bridge.Ending;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.ReplayBuffer;
import dev.weft.bridge.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One hop in the mesh: a request, its tries, and what the application gets in the end. */
final class Exchange implements Hop, BlockingTries.Library<Response> {

  private final Settings settings;
  private final Request request;
  private final OutboundCall call;
  private final BlockingTries<Response> tries;

  // A streamed body, and the try that it is written to.
  private @Nullable Attempt begun;
  private @Nullable ReplayBuffer streamed;
  private boolean bodyTold;

  private @Nullable Attempt live;

  Exchange(Settings settings, Mesh mesh, Request request, OutboundCall call) {
    this.settings = settings;
    this.request = request;
    this.call = call;
    this.tries = new BlockingTries<>(mesh, call, this);
  }

  @Override
  public Response run() throws IOException {
    return tries.run();
  }

  @Override
  public @Nullable SSLSession session() {
    return live instanceof SecureAttempt secure ? secure.session() : null;
  }

  @Override
  public void cancel() {
    tries.cancel();
  }

  @Override
  public void connect() throws IOException {
    for (Begun first = tries.first(); first != null; ) {
      Attempt attempt = prepare(first.send(), first.attempt());
      try {
        attempt.connect();
        begun = attempt;
        return;
      } catch (IOException e) {
        first = tries.again(e);
      }
    }
  }

  /** A try that cannot be begun is followed by another: nothing of the body has left yet. */
  @Override
  public OutputStream stream() throws IOException {
    for (Begun first = tries.first(); first != null; ) {
      Attempt attempt = begun == null ? prepare(first.send(), first.attempt()) : begun;
      begun = attempt;
      settings.stream(attempt);
      try {
        OutputStream out = attempt.getOutputStream();
        streamed = new ReplayBuffer(first.send().keep());
        return new KeptBody(out, streamed);
      } catch (ProtocolException e) {
        throw e; // the server has rejected the request: its answer comes with the response
      } catch (IOException e) {
        begun = null;
        first = tries.again(e);
      }
    }
    return OutputStream.nullOutputStream(); // it is decided already; the response will tell
  }

  @Override
  public Response send(Step.Send send, BlockingTries.Attempt handle) throws IOException {
    Attempt attempt = begun;
    begun = null;
    if (attempt == null) {
      attempt = prepare(send, handle);
      writeKept(attempt);
    } else if (request.body() != null) {
      writeKept(attempt);
    }
    tell(send);
    return new Received(attempt);
  }

  @Override
  public @Nullable Duration patience() {
    return settings.readTimeout();
  }

  private void writeKept(Attempt attempt) throws IOException {
    ByteArrayOutputStream body = request.body();
    if (body != null) {
      try (OutputStream out = attempt.getOutputStream()) {
        body.writeTo(out);
      }
    } else if (streamed != null) {
      byte[] kept = streamed.whole();
      if (kept == null) {
        throw new IOException("the request's body was not kept and cannot be sent once more");
      }
      settings.stream(attempt);
      try (OutputStream out = attempt.getOutputStream()) {
        out.write(kept);
      }
    }
  }

  private void tell(Step.Send send) {
    if (bodyTold || send.keep() == 0) {
      return;
    }
    ByteArrayOutputStream memory = request.body();
    byte[] whole = streamed == null ? new byte[0] : streamed.whole();
    if (memory != null) {
      whole = memory.size() <= send.keep() ? memory.toByteArray() : null;
    }
    if (whole != null) {
      bodyTold = true;
      call.body(whole);
    }
  }

  private Attempt prepare(Step.Send send, BlockingTries.Attempt handle) throws IOException {
    Attempt attempt = Attempt.to(request.url(), send, settings.tls());
    settings.configure(attempt, request.method());
    for (Map.Entry<String, String> pair : request.edited(send.edits())) {
      attempt.header(pair.getKey(), pair.getValue());
    }
    if (!send.authority().equals(HttpUrlConnectionCalls.authority(request.url()))) {
      attempt.header("Host", send.authority());
    }
    live = attempt;
    handle.onAbort(attempt::abort);
    return attempt;
  }

  private boolean replayable() {
    return streamed == null || streamed.whole() != null;
  }

  @Override
  public Outcome.Head head(Response response) {
    return new Outcome.Head(response.status(), response.headers(), replayable());
  }

  @Override
  public Outcome.Failed failed(Throwable failure) {
    return new Outcome.Failed(kind(failure), failure, replayable());
  }

  private Outcome.Kind kind(Throwable failure) {
    Attempt attempt = live;
    if (failure instanceof SSLHandshakeException) {
      return Outcome.Kind.TLS; // any other of TLS may come when the request has been sent
    }
    if (failure instanceof ConnectException
        || (failure instanceof IOException && attempt != null && !attempt.wasConnected())) {
      return Outcome.Kind.CONNECT;
    }
    if (failure instanceof SocketTimeoutException) {
      return Outcome.Kind.TIMEOUT;
    }
    // The JDK says "Error writing to server" and "Premature EOF" with a plain IOException.
    return failure instanceof SocketException
            || failure instanceof SSLException
            || failure.getClass() == IOException.class
        ? Outcome.Kind.RESET
        : Outcome.Kind.OTHER;
  }

  @Override
  public void discard(Response response) {
    response.discard();
  }

  @Override
  public Response local(Step.Answer answer) {
    live = null;
    return new LocalReply(request, answer);
  }

  @Override
  public Response deliver(Response response, HeaderEdits edits, Ending ending) {
    if (response instanceof Received received) {
      return received.deliver(edits, ending);
    }
    throw new UncheckedIOException(new IOException("nothing was received"));
  }
}
