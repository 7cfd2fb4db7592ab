package dev.weft.control.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a control service for its own state. */
final class AdminClient {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int OK = 200;

  private AdminClient() {}

  /**
   * The state, as JSON.
   *
   * @param server the admin address, or its port alone
   */
  static String status(String server) throws IOException, InterruptedException {
    String address = server.contains(":") ? server : "127.0.0.1:" + server;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/status"))
            .timeout(PATIENCE)
            .build();
    try {
      HttpResponse<String> response =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(PATIENCE)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != OK) {
        throw new IOException(address + " answered " + response.statusCode() + " (expected: 200)");
      }
      return response.body();
    } catch (ConnectException e) {
      throw new IOException(
          "no control service at " + address + " (expected: 'weftctl up', or --server)", e);
    }
  }
}
