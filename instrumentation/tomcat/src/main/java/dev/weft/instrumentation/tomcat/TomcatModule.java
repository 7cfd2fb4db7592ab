package dev.weft.instrumentation.tomcat;

import dev.weft.instrumentation.api.HookedType;
import dev.weft.instrumentation.api.MeshModule;
import java.util.List;

/**
 * Tomcat 10.1 and 11, embedded or not: admits each request at the entry of {@code CoyoteAdapter},
 * beneath every valve, filter and servlet, HTTP/1.1 and HTTP/2 alike.
 */
public final class TomcatModule extends MeshModule {

  private static final String PACKAGE = "dev.weft.instrumentation.tomcat.";
  private static final String ADVICE = PACKAGE + "TomcatAdvice$";
  private static final String REQUEST = "org.apache.coyote.Request";
  private static final String RESPONSE = "org.apache.coyote.Response";

  public TomcatModule() {
    super("tomcat");
  }

  @Override
  public List<HookedType> hookedTypes() {
    return List.of(
        HookedType.named("org.apache.catalina.connector.CoyoteAdapter")
            .method("service", List.of(REQUEST, RESPONSE), ADVICE + "Service")
            .method(
                "asyncDispatch",
                List.of(REQUEST, RESPONSE, "org.apache.tomcat.util.net.SocketEvent"),
                ADVICE + "AsyncDispatch"),
        // Every commit passes here, also those that a processor begins by itself when it closes.
        HookedType.named("org.apache.coyote.AbstractProcessor")
            .method("action", 2, ADVICE + "Commit"),
        // The end of every exchange: coyote's own request is not always recycled under HTTP/2.
        HookedType.named("org.apache.catalina.connector.Request")
            .method("recycle", 0, ADVICE + "Recycle"),
        HookedType.named("org.apache.coyote.AsyncStateMachine")
            .method("asyncRun", 1, ADVICE + "AsyncRun"),
        HookedType.named("org.apache.tomcat.util.net.AbstractEndpoint")
            .method("start", 0, ADVICE + "Listening")
            .method("resume", 0, ADVICE + "Listening")
            .method("pause", 0, ADVICE + "Closed")
            .method("closeServerSocketGraceful", 0, ADVICE + "Closed")
            .method("stop", 0, ADVICE + "Closed")
            .method("destroy", 0, ADVICE + "Closed"));
  }

  @Override
  public List<String> helpers() {
    return List.of(
        PACKAGE + "Exchange",
        PACKAGE + "ContextRunnable",
        PACKAGE + "RequestHeaders",
        PACKAGE + "ResponseHeaders",
        PACKAGE + "Arrival",
        PACKAGE + "TomcatCalls",
        PACKAGE + "TomcatEndpoints");
  }

  @Override
  public List<String> requires() {
    return List.of("jakarta.servlet.ServletConnection"); // Servlet 6.0: Tomcat 10.1 and later
  }
}
