package dev.weft.bookinfo.ratings;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.apache.catalina.LifecycleException;

/** Settings: {@code PORT} (9080), {@code GRPC_PORT} (9090), {@code SERVICE_VERSION} (v1). */
public final class RatingsApplication {

  private RatingsApplication() {}

  public static void main(String[] args)
      throws LifecycleException, IOException, InterruptedException {
    Map<String, String> environment = System.getenv();
    Identity identity = Identity.of(environment);
    RatingsServer server =
        RatingsServer.start(
            Integer.parseInt(environment.getOrDefault("PORT", "9080")),
            Integer.parseInt(environment.getOrDefault("GRPC_PORT", "9090")),
            identity);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
    System.out.printf(
        Locale.ROOT,
        "ratings %s is ready on port %d, gRPC on port %d%n",
        identity.version(),
        server.port(),
        server.grpcPort());
    server.await();
  }

  private static void stop(RatingsServer server) {
    try {
      server.close();
    } catch (LifecycleException | InterruptedException e) {
      System.err.println("ratings did not stop in order: " + e);
    }
  }
}
