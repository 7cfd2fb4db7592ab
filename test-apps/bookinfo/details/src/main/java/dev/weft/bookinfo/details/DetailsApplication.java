package dev.weft.bookinfo.details;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Settings: {@code PORT} (9080), {@code SERVICE_VERSION} (v1). */
public final class DetailsApplication {

  private DetailsApplication() {}

  public static void main(String[] args) throws IOException {
    Map<String, String> environment = System.getenv();
    String version = environment.getOrDefault("SERVICE_VERSION", "v1");
    DetailsServer server =
        DetailsServer.start(
            Integer.parseInt(environment.getOrDefault("PORT", "9080")),
            new DetailsHandler(version, environment.getOrDefault("HOSTNAME", "localhost")));
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
    System.out.println(
        String.format(Locale.ROOT, "details %s is ready on port %d", version, server.port()));
  }
}
