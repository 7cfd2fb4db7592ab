package dev.weft.instrumentation.sockets.server;

import java.util.List;

/** All servers, by the names that cells use; those that end so need virtual threads. */
public final class Servers {

  /** Their names. */
  public static final List<String> ALL =
      List.of(
          "tomcat",
          "tomcat-nio2",
          "tomcat-virtual",
          "jetty",
          "undertow",
          "netty",
          "jdk",
          "raw",
          "raw-virtual",
          "h2",
          "grpc");

  private static final String COYOTE = "org.apache.coyote.http11.";

  private Servers() {}

  /** The server of this name. */
  public static Server named(String name) {
    return switch (name) {
      case "tomcat" -> new TomcatServer(COYOTE + "Http11NioProtocol", /* virtual= */ false);
      case "tomcat-nio2" -> new TomcatServer(COYOTE + "Http11Nio2Protocol", /* virtual= */ false);
      case "tomcat-virtual" -> new TomcatServer(COYOTE + "Http11NioProtocol", /* virtual= */ true);
      case "jetty" -> new JettyServer();
      case "undertow" -> new UndertowServer();
      case "netty" -> new NettyServer();
      case "jdk" -> new JdkServer();
      case "raw" -> new RawServer(/* virtual= */ false);
      case "raw-virtual" -> new RawServer(/* virtual= */ true);
      case "h2" -> new DatabaseServer();
      case "grpc" -> new GrpcServer();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
