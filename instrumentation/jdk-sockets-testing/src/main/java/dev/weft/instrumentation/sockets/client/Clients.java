package dev.weft.instrumentation.sockets.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** All clients, by the names that cells use. */
public final class Clients {

  private static final List<String> HTTP =
      List.of("http-url-connection", "java-http-client", "apache", "apache-async", "okhttp");

  private static final String VIRTUAL = "-virtual";

  private Clients() {}

  /**
   * Names of the clients that go with a server.
   *
   * @param jdk the feature release that they run on
   */
  public static List<String> of(String server, int jdk) {
    return switch (server) {
      case "raw", "raw-virtual" ->
          jdk >= 21
              ? List.of("socket", "adaptor", "channel", "asynchronous", "socket-virtual")
              : List.of("socket", "adaptor", "channel", "asynchronous");
      case "h2" -> List.of("jdbc");
      case "grpc" -> List.of("grpc");
      case "tomcat-virtual" -> {
        List<String> clients = new ArrayList<>(HTTP);
        clients.add("http-url-connection-virtual");
        clients.add("apache-virtual");
        yield clients;
      }
      default -> HTTP;
    };
  }

  /**
   * The client of this name.
   *
   * @param folder for its files
   */
  public static Client named(String name, Path folder) {
    return switch (name) {
      case "socket" -> new RawLoad(RawLoad.Kind.SOCKET);
      case "adaptor" -> new RawLoad(RawLoad.Kind.ADAPTOR);
      case "socket-virtual" -> new RawLoad(RawLoad.Kind.VIRTUAL);
      case "channel" -> new ChannelLoad();
      case "asynchronous" -> new AsynchronousLoad();
      case "jdbc" -> new DatabaseLoad();
      case "grpc" -> new GrpcLoad();
      default -> new HttpLoad(caller(name.replace(VIRTUAL, "")), name.endsWith(VIRTUAL), folder);
    };
  }

  private static Supplier<Caller> caller(String name) {
    return switch (name) {
      case "http-url-connection" -> UrlConnectionCaller::new;
      case "java-http-client" -> JavaNetCaller::new;
      case "apache" -> ApacheCaller::new;
      case "apache-async" -> ApacheAsyncCaller::new;
      case "okhttp" -> OkHttpCaller::new;
      default -> throw new IllegalArgumentException(name);
    };
  }
}
