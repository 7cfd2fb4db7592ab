package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One call of the application, through all its hops. */
final class ClientCall<T> {

  private final Mesh mesh;
  private final HttpClient client;
  private final BodyHandler<T> handler;
  private final @Nullable PushPromiseHandler<T> push;
  private final @Nullable InboundCall context = Context.current();
  private final MeshFuture<HttpResponse<T>> result = new MeshFuture<>(this);

  // As the application's thread called; taken by the first try, which runs on that thread.
  private @Nullable Executor executor;
  private boolean begun;

  private volatile @Nullable Hop hop;
  private volatile boolean cancelled;
  private volatile @Nullable HttpResponse<T> previous;
  private int redirects;

  /**
   * @param executor null when a thread waits for the response
   */
  ClientCall(
      Mesh mesh,
      HttpClient client,
      BodyHandler<T> handler,
      @Nullable PushPromiseHandler<T> push,
      @Nullable Executor executor) {
    this.mesh = mesh;
    this.client = client;
    this.handler = handler;
    this.push = push;
    this.executor = executor;
  }

  MeshFuture<HttpResponse<T>> start(HttpRequest request, OutboundCall call) {
    begin(new MeshHop<>(this, request, mesh, call));
    return result;
  }

  private void begin(Hop next) {
    hop = next;
    next.start();
    if (cancelled) {
      next.cancel(); // it fell between two hops
    }
  }

  Mesh mesh() {
    return mesh;
  }

  BodyHandler<T> handler() {
    return handler;
  }

  @Nullable InboundCall context() {
    return context;
  }

  @Nullable HttpResponse<T> previous() {
    return previous;
  }

  /**
   * Has the client send a try. The first one is sent as the application's thread asked; later ones
   * begin on threads that must not work for the client.
   */
  CompletableFuture<HttpResponse<T>> send(TryRequest request, BodyHandler<T> decides) {
    boolean first = !begun;
    begun = true;
    // What the client does inside is nobody's request: its own stages carry no call.
    InboundCall before = Context.enter(null);
    try {
      return first
          ? Internals.sendAsync(client, request, decides, push(request), executor)
          : client.sendAsync(request, decides, push(request));
    } finally {
      Context.exit(before);
    }
  }

  private @Nullable PushPromiseHandler<T> push(TryRequest request) {
    PushPromiseHandler<T> application = push;
    if (application == null) {
      return null;
    }
    return (copy, promised, acceptor) -> {
      InboundCall before = Context.enter(context);
      try {
        application.applyPushPromise(request.shown(), promised, acceptor);
      } finally {
        Context.exit(before);
      }
    };
  }

  /** The request that follows this response; null: the response is the application's. */
  @Nullable HttpRequest redirected(HttpRequest from, ResponseInfo info) {
    HttpRequest next =
        Redirects.next(from, info.statusCode(), info.headers(), client.followRedirects());
    return next != null && ++redirects < Redirects.limit() ? next : null;
  }

  void follow(HttpResponse<T> response, HttpRequest next) {
    previous = response;
    if (cancelled) {
      return;
    }
    InboundCall before = Context.enter(context);
    try {
      OutboundCall call = JavaHttpClientCalls.outbound(mesh, next);
      begin(call == null ? new OutsideHop<>(this, next) : new MeshHop<>(this, next, mesh, call));
    } catch (RuntimeException | Error e) {
      fail(e);
    } finally {
      Context.exit(before);
    }
  }

  void complete(HttpResponse<T> response) {
    InboundCall before = Context.enter(context);
    try {
      result.complete(response);
    } finally {
      Context.exit(before);
    }
  }

  void fail(Throwable failure) {
    InboundCall before = Context.enter(context);
    try {
      result.completeExceptionally(failure);
    } finally {
      Context.exit(before);
    }
  }

  /** Of the call's future, or of a stage that depends on it: either ends both. */
  boolean cancel() {
    cancelled = true;
    Hop running = hop;
    boolean stopped = running != null && running.cancel();
    if (stopped) {
      fail(new CancellationException("Request cancelled"));
    }
    return stopped;
  }

  /** Runs the application's code where the client would. */
  void execute(Runnable task) {
    client.executor().orElseGet(result::defaultExecutor).execute(task);
  }
}
