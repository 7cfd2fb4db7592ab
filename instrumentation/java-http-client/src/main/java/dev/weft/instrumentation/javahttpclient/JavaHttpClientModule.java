package dev.weft.instrumentation.javahttpclient;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;

/**
 * java.net.http.HttpClient, JDK 17–25, HTTP/1.1 and HTTP/2: {@code sendAsync} of the
 * implementation, which {@code send} uses as well, hands its calls to the mesh.
 */
public final class JavaHttpClientModule extends MeshModule {

  private static final String PACKAGE = "dev.weft.instrumentation.javahttpclient.";
  private static final String CLIENT = "jdk.internal.net.http.";

  public JavaHttpClientModule() {
    super("java-http-client");
  }

  @Override
  public Home home() {
    return Home.PLATFORM;
  }

  @Override
  public List<String> opens() {
    return List.of("java.net.http/jdk.internal.net.http");
  }

  @Override
  public List<String> helpers() {
    return List.of(
        PACKAGE + "Secured",
        PACKAGE + "Pinned",
        PACKAGE + "HeaderMaps",
        PACKAGE + "HeaderMaps$1",
        PACKAGE + "HeaderMaps$Edited",
        PACKAGE + "TryRequest",
        PACKAGE + "HopRequest",
        PACKAGE + "Internals",
        PACKAGE + "MeshFuture",
        PACKAGE + "MeshResponse",
        PACKAGE + "Info",
        PACKAGE + "DeliveredBody",
        PACKAGE + "DeliveredBody$Upstream",
        PACKAGE + "UnwantedBody",
        PACKAGE + "RequestBody",
        PACKAGE + "RequestBody$Kept",
        PACKAGE + "RequestBody$Copying",
        PACKAGE + "RequestBody$Copying$1",
        PACKAGE + "Redirects",
        PACKAGE + "Hop",
        PACKAGE + "Deadline",
        PACKAGE + "Delivered",
        PACKAGE + "MeshTry",
        PACKAGE + "MeshHop",
        PACKAGE + "OutsideHop",
        PACKAGE + "LocalBody",
        PACKAGE + "ClientCall",
        PACKAGE + "JavaHttpClientCalls");
  }

  @Override
  public List<HookedType> hookedTypes() {
    return List.of(
        HookedType.named(CLIENT + "HttpClientImpl")
            .method("sendAsync", 4, PACKAGE + "ClientAdvice$SendAsync"),
        HookedType.named(CLIENT + "HttpRequestImpl")
            .constructor(
                List.of("java.net.http.HttpRequest", "java.net.ProxySelector"),
                PACKAGE + "ClientAdvice$Pin")
            .constructor( // what an authenticator's answer is sent with
                List.of("java.net.URI", "java.lang.String", CLIENT + "HttpRequestImpl", "boolean"),
                PACKAGE + "ClientAdvice$KeepPin")
            .method("getAddress", 0, PACKAGE + "ClientAdvice$Address"),
        HookedType.named(CLIENT + "common.Utils")
            .method("resolveAddress", 1, PACKAGE + "ClientAdvice$Endpoint"),
        HookedType.named(CLIENT + "Http2Connection")
            .method("keyFor", List.of(CLIENT + "HttpConnection"), PACKAGE + "ClientAdvice$PoolKey")
            .method(
                "keyFor", List.of(CLIENT + "HttpRequestImpl"), PACKAGE + "ClientAdvice$PoolKey"),
        HookedType.named(CLIENT + "MultiExchange")
            .method("retryOnFailure", 1, PACKAGE + "ClientAdvice$NoRetry"),
        HookedType.named(CLIENT + "RedirectFilter")
            .method("response", 1, PACKAGE + "ClientAdvice$NoRedirect"));
  }
}
