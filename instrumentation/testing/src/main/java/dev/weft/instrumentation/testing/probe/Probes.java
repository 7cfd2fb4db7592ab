package dev.weft.instrumentation.testing.probe;

import dev.weft.instrumentation.testing.ClientProbe;
import dev.weft.instrumentation.testing.ServerProbe;
import dev.weft.instrumentation.testing.tomcat.TomcatProbe;

/** The probe of this JVM, named by the system property {@code contract.probe}. */
public final class Probes {

  private static final String NAME = System.getProperty("contract.probe", "");

  private Probes() {}

  /** For the contracts of clients. */
  public static ClientProbe client() {
    return switch (NAME) {
      case "http-url-connection" -> new HttpUrlConnectionProbe("http");
      case "http-url-connection/https" -> new HttpUrlConnectionProbe("https");
      case "java-http-client/sync" -> new JavaHttpClientProbe(JavaHttpClientProbe.Use.SYNC);
      case "java-http-client/async" -> new JavaHttpClientProbe(JavaHttpClientProbe.Use.ASYNC);
      case "java-http-client/h2c" -> new JavaHttpClientProbe(JavaHttpClientProbe.Use.H2C);
      case "java-http-client/https" -> new JavaHttpClientProbe(JavaHttpClientProbe.Use.HTTPS);
      case "java-http-client/h2" -> new JavaHttpClientProbe(JavaHttpClientProbe.Use.H2);
      default ->
          throw new IllegalStateException("contract.probe: " + NAME + " (expected: a client)");
    };
  }

  /** For the contracts of servers. */
  public static ServerProbe server() {
    return switch (NAME) {
      case "jdk-httpserver" -> new JdkHttpServerProbe();
      case "tomcat" -> new TomcatProbe();
      default ->
          throw new IllegalStateException("contract.probe: " + NAME + " (expected: a server)");
    };
  }
}
