package dev.weft.instrumentation.httpurlconnection;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;

/**
 * HttpURLConnection, JDK 17–25: where the handler of {@code http} URLs makes a connection, the
 * mesh's own is returned. The handler of {@code https} is another class, and is left alone.
 */
public final class HttpUrlConnectionModule extends MeshModule {

  private static final String PACKAGE = "dev.weft.instrumentation.httpurlconnection.";

  public HttpUrlConnectionModule() {
    super("http-url-connection");
  }

  @Override
  public Home home() {
    return Home.BOOT;
  }

  @Override
  public List<String> opens() {
    return List.of(
        "java.base/java.net",
        "java.base/sun.net",
        "java.base/sun.net.www",
        "java.base/sun.net.www.http",
        "java.base/sun.net.www.protocol.http",
        "java.base/sun.nio.ch");
  }

  @Override
  public List<String> helpers() {
    return List.of(
        PACKAGE + "Abandoned",
        PACKAGE + "PooledSocket",
        PACKAGE + "Attempt",
        PACKAGE + "Body",
        PACKAGE + "Cookies",
        PACKAGE + "Failures",
        PACKAGE + "Hop",
        PACKAGE + "KeptBody",
        PACKAGE + "Redirects",
        PACKAGE + "Request",
        PACKAGE + "Response",
        PACKAGE + "Response$1",
        PACKAGE + "Response$2",
        PACKAGE + "LocalReply",
        PACKAGE + "Received",
        PACKAGE + "Exchange",
        PACKAGE + "Outside",
        PACKAGE + "Settings",
        PACKAGE + "StreamedBody",
        PACKAGE + "MeshConnection",
        PACKAGE + "HttpUrlConnectionCalls");
  }

  @Override
  public List<HookedType> hookedTypes() {
    return List.of(
        HookedType.named("sun.net.www.protocol.http.Handler")
            .method(
                "openConnection",
                List.of("java.net.URL", "java.net.Proxy"),
                PACKAGE + "OpenConnectionAdvice"));
  }
}
