package dev.weft.instrumentation.jdkhttpserver;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;

/** com.sun.net.httpserver, JDK 17–25: admits exchanges before the application's filters. */
public final class JdkHttpServerModule extends MeshModule {

  private static final String PACKAGE = "dev.weft.instrumentation.jdkhttpserver.";
  private static final String ADVICE = PACKAGE + "ServerAdvice$";
  private static final String SERVER = "sun.net.httpserver.";

  public JdkHttpServerModule() {
    super("jdk-httpserver");
  }

  @Override
  public Home home() {
    return Home.PLATFORM;
  }

  @Override
  public List<String> helpers() {
    return List.of(
        PACKAGE + "RequestHeaders",
        PACKAGE + "RequestHeaders$1",
        PACKAGE + "HeaderMaps",
        PACKAGE + "HeaderMaps$1",
        PACKAGE + "HeaderMaps$2",
        PACKAGE + "Arrival",
        PACKAGE + "Admitted",
        PACKAGE + "JdkHttpServerCalls");
  }

  @Override
  public List<HookedType> hookedTypes() {
    return List.of(
        HookedType.named("com.sun.net.httpserver.Filter$Chain")
            .method("doFilter", 1, ADVICE + "Chain"),
        HookedType.named(SERVER + "ExchangeImpl")
            .method("<init>", 5, ADVICE + "Arriving")
            .method("sendResponseHeaders", 2, ADVICE + "Committing"),
        // The same event, by its old and its new name; the server handles it a little later.
        HookedType.named(SERVER + "WriteFinishedEvent").method("<init>", 1, ADVICE + "Written"),
        HookedType.named(SERVER + "Event$WriteFinished").method("<init>", 1, ADVICE + "Written"),
        HookedType.named(SERVER + "ServerImpl").method("responseCompleted", 1, ADVICE + "Written"),
        HookedType.named(SERVER + "HttpConnection").method("close", 0, ADVICE + "Closing"),
        HookedType.named(SERVER + "HttpServerImpl")
            .method("start", 0, ADVICE + "Started")
            .method("stop", 1, ADVICE + "Stopping"));
  }
}
