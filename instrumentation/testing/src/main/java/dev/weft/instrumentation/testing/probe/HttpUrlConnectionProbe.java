package dev.weft.instrumentation.testing.probe;

import dev.weft.instrumentation.testing.ClientProbe;
import dev.weft.instrumentation.testing.Origin;
import dev.weft.instrumentation.testing.SocketOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** HttpURLConnection, each call on a thread of its own, over TLS or not. */
public final class HttpUrlConnectionProbe implements ClientProbe {

  private final String scheme;

  public HttpUrlConnectionProbe(String scheme) {
    this.scheme = scheme;
  }

  @Override
  public String scheme() {
    return scheme;
  }

  @Override
  public Origin origin() {
    return breaking();
  }

  @Override
  public SocketOrigin breaking() {
    return scheme.equals("https") ? SocketOrigin.secured(0) : SocketOrigin.start();
  }

  @Override
  public Origin always(int status) {
    return scheme.equals("https") ? SocketOrigin.secured(status) : SocketOrigin.always(status);
  }

  @Override
  public Set<Feature> features() {
    return Set.of(
        Feature.CHUNKED_BODY,
        Feature.ONE_SHOT_BODY,
        Feature.REDIRECTS,
        Feature.CANCEL,
        Feature.COOKIES,
        Feature.BASIC);
  }

  @Override
  public Pending start(Request request) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    CompletableFuture<Void> head = new CompletableFuture<>();
    try {
      HttpURLConnection connection = open(request);
      Thread thread =
          new Thread(
              () -> {
                try {
                  reply.complete(exchange(connection, request, head));
                } catch (Throwable t) {
                  reply.completeExceptionally(t);
                }
              },
              "huc");
      thread.setDaemon(true);
      thread.start();
      return new PendingReply(reply, head, connection::disconnect);
    } catch (IOException e) {
      reply.completeExceptionally(e);
      return new PendingReply(reply, head, () -> {});
    }
  }

  @Override
  public Reply call(Request request) throws Exception {
    return exchange(open(request), request, new CompletableFuture<>());
  }

  private static HttpURLConnection open(Request request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(request.url()).openConnection();
    connection.setRequestMethod(request.method());
    connection.setInstanceFollowRedirects(request.followsRedirects());
    request.headers().forEach(connection::setRequestProperty);
    if (request.timeout() != null) {
      connection.setReadTimeout((int) request.timeout().toMillis());
    }
    return connection;
  }

  private static Reply exchange(
      HttpURLConnection connection, Request request, CompletableFuture<Void> head)
      throws IOException {
    byte[] body = request.body();
    if (body != null) {
      connection.setDoOutput(true);
      switch (request.sending()) {
        case MEMORY -> {}
        case STREAMED -> connection.setFixedLengthStreamingMode(body.length);
        case CHUNKED -> connection.setChunkedStreamingMode(0);
      }
      try (OutputStream out = connection.getOutputStream()) {
        for (int i = 0; i < body.length; i += 4096) {
          out.write(body, i, Math.min(4096, body.length - i));
        }
      }
    }
    int status = connection.getResponseCode();
    head.complete(null);
    try (InputStream in =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      byte[] bytes = in == null ? new byte[0] : in.readAllBytes();
      Map<String, List<String>> headers = new HashMap<>(connection.getHeaderFields());
      headers.remove(null);
      return new Reply(status, headers, bytes, connection.getURL().toString());
    }
  }
}
