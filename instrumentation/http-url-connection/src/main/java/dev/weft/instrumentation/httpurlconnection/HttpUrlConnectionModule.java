package dev.weft.instrumentation.httpurlconnection;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;

/**
 * HttpURLConnection, JDK 17–25: where the handlers of {@code http} and {@code https} URLs make a
 * connection, the mesh's own is returned.
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
        "java.base/sun.net.www.protocol.https",
        "java.base/sun.nio.ch",
        "java.base/sun.security.ssl");
  }

  @Override
  public List<String> helpers() {
    return List.of(
        PACKAGE + "Abandoned",
        PACKAGE + "PooledSocket",
        PACKAGE + "Tls",
        PACKAGE + "HttpsClients",
        PACKAGE + "ServerNames",
        PACKAGE + "Attempt",
        PACKAGE + "SecureAttempt",
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
        PACKAGE + "SecureConnection",
        PACKAGE + "HttpUrlConnectionCalls");
  }

  @Override
  public List<HookedType> hookedTypes() {
    return List.of(
        handler("sun.net.www.protocol.http.Handler"),
        handler("sun.net.www.protocol.https.Handler"));
  }

  private static HookedType handler(String type) {
    return HookedType.named(type)
        .method(
            "openConnection",
            List.of("java.net.URL", "java.net.Proxy"),
            PACKAGE + "OpenConnectionAdvice");
  }
}
