package dev.weft.bookinfo.details;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Details alone, on its real server. */
final class DetailsServerTest {

  private static DetailsServer server;

  @BeforeAll
  static void start() throws Exception {
    server = DetailsServer.start(0, new DetailsHandler("v1", "details-v1-1"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answersWithTheBook() throws Exception {
    HttpResponse<String> response = send(request("/details/7"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .startsWith("{\"id\":7,\"author\":\"William Shakespeare\",")
        .endsWith("\"version\":\"v1\",\"pod\":\"details-v1-1\"}");
  }

  @Test
  void refusesAnIdThatIsNotANumber() throws Exception {
    HttpResponse<String> response = send(request("/details/seven"));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isEqualTo("{\"error\":\"please give a numeric product id\"}");
  }

  @Test
  void refusesOtherMethods() throws Exception {
    HttpResponse<String> response =
        send(request("/details/7").POST(HttpRequest.BodyPublishers.ofString("x")));

    assertThat(response.statusCode()).isEqualTo(405);
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
