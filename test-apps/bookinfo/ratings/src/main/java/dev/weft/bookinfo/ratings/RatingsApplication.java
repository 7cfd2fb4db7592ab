package dev.weft.bookinfo.ratings;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;

/**
 * Settings: {@code PORT} (9080), {@code GRPC_PORT} (9090), {@code SERVICE_VERSION} (v1), {@code
 * DATABASE_URL} (none: the same stars for every product).
 */
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
            identity,
            store(environment.get("DATABASE_URL")));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "shutdown"));
    System.out.println(
        String.format(
            Locale.ROOT,
            "ratings %s is ready on port %d, gRPC on port %d",
            identity.version(),
            server.port(),
            server.grpcPort()));
    server.await();
  }

  private static RatingsStore store(@Nullable String database) {
    return database == null ? new FixedRatings() : new DatabaseRatings(database);
  }

  private static void stop(RatingsServer server) {
    try {
      server.close();
    } catch (LifecycleException | InterruptedException e) {
      System.err.println("ratings did not stop in order: " + e);
    }
  }
}
