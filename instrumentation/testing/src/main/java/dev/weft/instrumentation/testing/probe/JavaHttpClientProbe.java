package dev.weft.instrumentation.testing.probe;

import dev.weft.instrumentation.testing.ClientProbe;
import dev.weft.instrumentation.testing.Origin;
import dev.weft.instrumentation.testing.SocketOrigin;
import dev.weft.instrumentation.testing.TomcatOrigin;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** java.net.http.HttpClient: waiting or not, HTTP/1.1 or HTTP/2, over TLS or not. */
public final class JavaHttpClientProbe implements ClientProbe {

  /** How the client is used. */
  public enum Use {
    SYNC,
    ASYNC,
    H2C,
    HTTPS,
    H2
  }

  private final Use use;
  private final HttpClient following;
  private final HttpClient plain;

  public JavaHttpClientProbe(Use use) {
    this.use = use;
    this.following = client(HttpClient.Redirect.NORMAL);
    this.plain = client(HttpClient.Redirect.NEVER);
  }

  private HttpClient client(HttpClient.Redirect redirects) {
    HttpClient.Version version =
        isMultiplexed() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
    return HttpClient.newBuilder()
        .version(version)
        .followRedirects(redirects)
        .cookieHandler(new Delegating(java.net.CookieHandler::getDefault))
        .authenticator(new Asking())
        .build();
  }

  /** The JVM's cookie handler, whenever it is set. */
  private static final class Delegating extends java.net.CookieHandler {
    private final Supplier<java.net.CookieHandler> real;

    Delegating(Supplier<java.net.CookieHandler> real) {
      this.real = real;
    }

    @Override
    public java.util.Map<String, java.util.List<String>> get(
        URI uri, java.util.Map<String, java.util.List<String>> headers) throws java.io.IOException {
      return real.get() == null ? java.util.Map.of() : real.get().get(uri, headers);
    }

    @Override
    public void put(URI uri, java.util.Map<String, java.util.List<String>> headers)
        throws java.io.IOException {
      if (real.get() != null) {
        real.get().put(uri, headers);
      }
    }
  }

  /** Asks the JVM's authenticator, whenever it is set. */
  private static final class Asking extends java.net.Authenticator {
    @Override
    protected java.net.@Nullable PasswordAuthentication getPasswordAuthentication() {
      java.net.Authenticator real = java.net.Authenticator.getDefault();
      return real == null
          ? null
          : real.requestPasswordAuthenticationInstance(
              getRequestingHost(),
              getRequestingSite(),
              getRequestingPort(),
              getRequestingProtocol(),
              getRequestingPrompt(),
              getRequestingScheme(),
              getRequestingURL(),
              getRequestorType());
    }
  }

  @Override
  public Set<Feature> features() {
    Set<Feature> features =
        Set.of(
            Feature.CHUNKED_BODY,
            Feature.ONE_SHOT_BODY,
            Feature.REDIRECTS,
            Feature.CANCEL,
            Feature.COOKIES,
            Feature.BASIC);
    if (!isMultiplexed()) {
      return features;
    }
    Set<Feature> more = new java.util.HashSet<>(features);
    more.add(Feature.MULTIPLEXED);
    return more;
  }

  private boolean isMultiplexed() {
    return use == Use.H2C || use == Use.H2;
  }

  @Override
  public String scheme() {
    return use == Use.HTTPS || use == Use.H2 ? "https" : "http";
  }

  @Override
  public Origin origin() {
    return always(0);
  }

  @Override
  public SocketOrigin breaking() {
    return scheme().equals("https") ? SocketOrigin.secured(0) : SocketOrigin.start();
  }

  @Override
  public Origin always(int status) {
    return switch (use) {
      case SYNC, ASYNC -> SocketOrigin.always(status);
      case H2C -> TomcatOrigin.always(status);
      case HTTPS -> SocketOrigin.secured(status);
      case H2 -> TomcatOrigin.secured(status);
    };
  }

  @Override
  public Pending start(Request request) {
    CompletableFuture<Void> head = new CompletableFuture<>();
    HttpClient client = request.followsRedirects() ? following : plain;
    HttpRequest made;
    try {
      made = request(request);
    } catch (IllegalArgumentException e) {
      return new PendingReply(CompletableFuture.failedFuture(e), head, () -> {});
    }
    BodyHandler<byte[]> handler =
        info -> {
          head.complete(null);
          return BodySubscribers.ofByteArray();
        };
    return use == Use.SYNC ? wait(client, made, handler, head) : async(client, made, handler, head);
  }

  private static Pending async(
      HttpClient client,
      HttpRequest request,
      BodyHandler<byte[]> handler,
      CompletableFuture<Void> head) {
    CompletableFuture<HttpResponse<byte[]>> future = client.sendAsync(request, handler);
    return new PendingReply(
        future.thenApply(JavaHttpClientProbe::reply), head, () -> future.cancel(true));
  }

  private static Pending wait(
      HttpClient client,
      HttpRequest request,
      BodyHandler<byte[]> handler,
      CompletableFuture<Void> head) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                reply.complete(reply(client.send(request, handler)));
              } catch (Throwable t) {
                reply.completeExceptionally(t);
              }
            },
            "jhc");
    thread.setDaemon(true);
    thread.start();
    return new PendingReply(reply, head, thread::interrupt);
  }

  private static Reply reply(HttpResponse<byte[]> response) {
    return new Reply(
        response.statusCode(),
        response.headers().map(),
        response.body(),
        response.uri().toString());
  }

  private static HttpRequest request(Request request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(request.url())).method(request.method(), body(request));
    request.headers().forEach(builder::header);
    if (request.timeout() != null) {
      builder.timeout(request.timeout());
    }
    return builder.build();
  }

  private static BodyPublisher body(Request request) {
    byte[] body = request.body();
    if (body == null) {
      return BodyPublishers.noBody();
    }
    ByteArrayInputStream once = new ByteArrayInputStream(body);
    BodyPublisher streamed = BodyPublishers.ofInputStream(() -> once);
    return switch (request.sending()) {
      case MEMORY -> BodyPublishers.ofByteArray(body);
      case STREAMED -> BodyPublishers.fromPublisher(streamed, body.length);
      case CHUNKED -> streamed;
    };
  }
}
