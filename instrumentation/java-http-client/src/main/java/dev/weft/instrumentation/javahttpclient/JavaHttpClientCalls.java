package dev.weft.instrumentation.javahttpclient;

import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Weft;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Hands the client's calls to the engine; the woven client's way in. */
@SuppressWarnings({"rawtypes", "unchecked"}) // called with the woven method's erased parameters
public final class JavaHttpClientCalls {

  private static final String LIBRARY = "java-http-client";

  private JavaHttpClientCalls() {}

  /** The response to come of a call that the mesh takes over; null: it is the client's own. */
  public static @Nullable CompletableFuture join(
      HttpClient client,
      @Nullable HttpRequest request,
      @Nullable BodyHandler handler,
      @Nullable PushPromiseHandler push,
      @Nullable Executor executor) {
    Mesh mesh = Weft.mesh();
    if (mesh == null || request == null || handler == null || !isOurs(request)) {
      return null;
    }
    OutboundCall call = outbound(mesh, request);
    return call == null
        ? null
        : new ClientCall<>(mesh, client, handler, push, executor).start(request, call);
  }

  private static boolean isOurs(HttpRequest request) {
    return !(request instanceof TryRequest)
        && request.uri() != null
        && request.uri().getHost() != null
        && !request.method().equals("CONNECT")
        && request.headers().firstValue("Sec-WebSocket-Key").isEmpty();
  }

  /** The engine's call for this request; null: not the mesh's business. */
  static @Nullable OutboundCall outbound(Mesh mesh, HttpRequest request) {
    return mesh.outbound(
        new RequestHead(
            LIBRARY,
            request.method(),
            request.uri().getScheme(),
            authority(request),
            target(request.uri()),
            HeaderMaps.view(request.headers())));
  }

  static String authority(HttpRequest request) {
    URI uri = request.uri();
    String host = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    // TLS asks for the URI's host, whatever is said within.
    return uri.getScheme().equalsIgnoreCase("https")
        ? host
        : request.headers().firstValue("host").orElse(host);
  }

  static String target(URI uri) {
    String path = uri.getRawPath();
    String file = path == null || path.isEmpty() ? "/" : path;
    return uri.getRawQuery() == null ? file : file + "?" + uri.getRawQuery();
  }

  // ---- the woven client

  public static @Nullable ProxySelector proxies(
      @Nullable ProxySelector proxies, @Nullable HttpRequest request) {
    return request instanceof TryRequest mine && isSent(mine) ? null : proxies;
  }

  private static boolean isSent(TryRequest mine) {
    return mine.address() != null && !mine.address().isFree();
  }

  /** Where the try of this request goes; null: none of ours. */
  public static @Nullable InetSocketAddress address(@Nullable HttpRequest request) {
    return request instanceof TryRequest mine ? mine.address() : null;
  }

  /** The address of the client's copy that another copy is made of. */
  public static @Nullable InetSocketAddress pinOf(HttpRequest request) {
    return Internals.authority(request) instanceof Pinned pinned ? pinned : null;
  }

  /** Where a try connects to; null: it is none. */
  public static @Nullable InetSocketAddress pinned(@Nullable InetSocketAddress authority) {
    return authority instanceof Pinned pinned ? pinned.address() : null;
  }

  /** What is connected to: by that name, it might be routed once more. */
  public static @Nullable InetSocketAddress endpoint(@Nullable InetSocketAddress address) {
    return address instanceof Secured secured ? secured.endpoint() : address;
  }

  /** What the client pools HTTP/2 connections by, to make one or to find one for a request. */
  public static String poolKey(String key, Object of) {
    InetSocketAddress address =
        of instanceof HttpRequest request ? Internals.authority(request) : Internals.addressOf(of);
    if (address instanceof Pinned pinned) {
      return key + pinned.pool();
    }
    return address instanceof Secured secured ? key + secured.pool() : key;
  }

  public static boolean isTry(@Nullable HttpRequest request) {
    return request instanceof TryRequest mine && mine.address() != null;
  }

  public static boolean isResponseToTry(Object response) {
    return Internals.userRequest(response) instanceof TryRequest;
  }
}
