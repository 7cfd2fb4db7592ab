package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.AsyncTries;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** A hop in the mesh: the engine decides, the client sends. */
final class MeshHop<T> implements Hop, AsyncTries.Library {

  private final ClientCall<T> call;
  private final HttpRequest request;
  private final AsyncTries tries;
  private final @Nullable RequestBody body;
  private final Deadline deadline;
  private final OutboundCall engine;
  private boolean told; // written by one try after the other

  /** The try in flight, until the engine knows of its failure; then the delivered one. */
  private final AtomicReference<@Nullable MeshTry<T>> last = new AtomicReference<>();

  private volatile boolean late;
  private volatile @Nullable Throwable thrown;

  MeshHop(ClientCall<T> call, HttpRequest request, Mesh mesh, OutboundCall engine) {
    this.call = call;
    this.request = request;
    this.engine = engine;
    this.tries = new AsyncTries(mesh, engine, this);
    this.body = request.bodyPublisher().map(sent -> new RequestBody(sent, engine)).orElse(null);
    this.deadline = new Deadline(request.timeout().orElse(null));
  }

  ClientCall<T> call() {
    return call;
  }

  HttpRequest request() {
    return request;
  }

  boolean isReplayable() {
    return body == null || body.isReplayable();
  }

  @Override
  public void start() {
    deadline.start(call.mesh(), this::timedOut);
    tries.start();
  }

  @Override
  public boolean cancel() {
    deadline.over();
    if (tries.cancel()) {
      return true;
    }
    MeshTry<T> delivered = last.get();
    return delivered != null && delivered.cancelDelivered();
  }

  /** The application's own timeout: a try in flight has it from the client, a wait has it here. */
  private void timedOut() {
    late = true;
    if (last.get() == null && tries.cancel()) {
      call.fail(new HttpTimeoutException("request timed out"));
    }
  }

  @Override
  public void send(Step.Send send, AsyncTries.Attempt attempt) {
    MeshTry<T> mine = new MeshTry<>(this, attempt);
    last.set(mine);
    TryRequest sent =
        new TryRequest(
            request,
            uri(send),
            headers(send),
            body == null ? null : body.next(send.keep()),
            Pinned.of(send, request),
            deadline.remaining());
    if (send.keep() > 0) {
      tellIfEmpty();
    }
    mine.send(sent);
  }

  private HttpHeaders headers(Step.Send send) {
    HttpHeaders edited = HeaderMaps.editedForRequest(request.headers(), send.edits());
    String host = request.headers().firstValue("host").orElse(null);
    boolean stays =
        host != null
            && request.uri().getScheme().equalsIgnoreCase("https")
            && send.authority().equals(JavaHttpClientCalls.authority(request));
    return stays
        ? HeaderMaps.edited(edited, HeaderEdits.setting(List.of(Map.entry("host", host))))
        : edited;
  }

  private void tellIfEmpty() {
    if (body != null) {
      body.tellIfEmpty();
    } else if (!told) {
      told = true;
      engine.body(new byte[0]);
    }
  }

  /** A response is the application's: like the client's own, its timeout ends at the head. */
  void delivered() {
    deadline.over();
  }

  /** The engine knows how this try ended: where no other one has begun, the call waits. */
  void ended(MeshTry<T> which) {
    if (last.compareAndSet(which, null) && late) {
      timedOut();
    }
  }

  private URI uri(Step.Send send) {
    URI asked = request.uri();
    return send.authority().equals(asked.getRawAuthority())
            && send.target().equals(JavaHttpClientCalls.target(asked))
        ? asked
        : URI.create(asked.getScheme() + "://" + send.authority() + send.target());
  }

  Outcome.Failed failed(Throwable failure) {
    thrown = failure;
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new Outcome.Failed(kind(cause), cause, isReplayable());
  }

  private Outcome.Kind kind(Throwable cause) {
    if (body != null && body.isBroken()) {
      return Outcome.Kind.OTHER; // the application's own failure
    }
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return Outcome.Kind.CONNECT;
    }
    if (cause instanceof HttpTimeoutException) {
      return Outcome.Kind.TIMEOUT;
    }
    if (cause instanceof CancellationException) {
      return Outcome.Kind.CANCELLED;
    }
    if (cause instanceof SSLHandshakeException) {
      return Outcome.Kind.TLS; // any other of TLS may come when the request has been sent
    }
    if (!(cause instanceof IOException)) {
      return Outcome.Kind.OTHER;
    }
    String message = cause.getMessage();
    return message != null && message.contains("Stream not processed") // HTTP/2 REFUSED_STREAM
        ? Outcome.Kind.REFUSED
        : Outcome.Kind.RESET;
  }

  @Override
  public void local(Step.Answer answer) {
    deadline.over();
    HttpHeaders empty = HttpHeaders.of(Map.of(), (name, value) -> true);
    HeaderEdits edits = answer.headers();
    HttpHeaders headers = HeaderMaps.edited(empty, edits);
    if (headers.firstValue("content-length").isEmpty()) {
      headers =
          HeaderMaps.edited(
              headers,
              HeaderEdits.setting(
                  List.of(Map.entry("content-length", String.valueOf(answer.body().length)))));
    }
    Info info = new Info(answer.status(), headers, HttpClient.Version.HTTP_1_1);
    byte[] bytes = request.method().equals("HEAD") ? new byte[0] : answer.body();
    call.execute(() -> show(info, bytes));
  }

  /** Feeds the application's handler as the client would, on the client's executor. */
  private void show(Info info, byte[] bytes) {
    Delivered<T> delivered = new Delivered<>(call, request, info, null);
    try {
      BodySubscriber<T> subscriber = delivered.subscriber();
      LocalBody.feed(bytes, subscriber);
      subscriber
          .getBody()
          .whenComplete(
              (made, failure) -> {
                if (failure == null) {
                  delivered.completed(made, null);
                } else {
                  delivered.failed(failure);
                }
              });
    } catch (RuntimeException | Error e) {
      delivered.failed(e); // thrown by the application's handler
    }
  }

  @Override
  public void fail(Throwable failure) {
    deadline.over();
    Throwable own = thrown;
    call.fail(own != null && own.getCause() == failure ? own : failure);
  }

  @Override
  public boolean replayable() {
    return isReplayable();
  }
}
