package dev.weft.bookinfo.productpage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** Productpage alone, as it is started, in front of a server that plays its backends. */
final class ProductPageApplicationTest {

  private static final String DETAILS =
      """
      {"id":7,"author":"William <Shakespeare>","year":1595,"type":"paperback","pages":200,
       "publisher":"PublisherA","language":"English","ISBN-10":"1234567890",
       "ISBN-13":"123-1234567890","version":"v1","pod":"details-v1-1"}\
      """;

  private static final String REVIEWS =
      """
      {"id":7,"version":"v3","pod":"reviews-v3-1",
       "reviews":[{"reviewer":"Reviewer1","text":"Entertaining","rating":{"stars":4,"color":"red"}},
                  {"reviewer":"Reviewer2","text":"Fun","rating":{"error":"no stars today"}}],
       "ratings":{"version":"v1","pod":"ratings-v1-1"}}\
      """;

  private HttpServer backend;
  private ConfigurableApplicationContext app;

  @BeforeEach
  void start() throws Exception {
    backend = HttpServer.create(new InetSocketAddress(0), 0);
    backend.setExecutor(task -> new Thread(task, "backend").start());
    backend.start();
    String url = "http://localhost:" + backend.getAddress().getPort();
    app =
        new SpringApplicationBuilder(ProductPageApplication.class)
            .run(
                "--server.port=0",
                "--logging.level.root=OFF",
                "--bookinfo.details-url=" + url,
                "--bookinfo.reviews-url=" + url);
  }

  @AfterEach
  void stop() {
    app.close();
    backend.stop(0);
  }

  @Test
  void apiPutsDetailsAndReviewsTogether() throws Exception {
    answer("/details/7", DETAILS);
    answer("/reviews/7", REVIEWS);

    HttpResponse<String> response = get("/api/v1/products/7");
    JsonNode product = new ObjectMapper().readTree(response.body());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(product.path("details")).isEqualTo(new ObjectMapper().readTree(DETAILS));
    assertThat(product.path("reviews")).isEqualTo(new ObjectMapper().readTree(REVIEWS));
  }

  @Test
  void pageShowsTheBookAndItsStarsEscaped() throws Exception {
    answer("/details/0", DETAILS);
    answer("/reviews/0", REVIEWS);

    HttpResponse<String> response = get("/productpage");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains("signed in as &lt;jason&gt;", "William &lt;Shakespeare&gt;", "no stars today")
        .contains("<span class=\"red\">&#9733;&#9733;&#9733;&#9733;&#9734;</span>")
        .contains("reviews v3 on reviews-v3-1, ratings v1 on ratings-v1-1");
  }

  @Test
  void aMissingPartIsSaidAndTheOtherShown() throws Exception {
    answer("/details/7", DETAILS);

    HttpResponse<String> api = get("/api/v1/products/7");
    HttpResponse<String> page = get("/productpage?id=7");

    String sorry = "Sorry, product reviews are currently unavailable for this book.";
    assertThat(api.statusCode()).isEqualTo(502);
    assertThat(api.body()).contains("\"reviews\":{\"error\":\"" + sorry + "\"}", "PublisherA");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains(sorry, "PublisherA");
  }

  @Test
  void bothAreAskedAtTheSameTime() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    answerWhen(both, "/details/7", DETAILS);
    answerWhen(both, "/reviews/7", REVIEWS);

    assertThat(get("/api/v1/products/7").statusCode()).isEqualTo(200);
  }

  private void answer(String path, String json) {
    answerWhen(new CountDownLatch(1), path, json);
  }

  /** Answers once as many requests have come as the latch counts. */
  private void answerWhen(CountDownLatch arrived, String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    backend.createContext(
        path,
        exchange -> {
          try (exchange) {
            arrived.countDown();
            int status = await(arrived) ? 200 : 503;
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
          }
        });
  }

  private static boolean await(CountDownLatch latch) throws IOException {
    try {
      return latch.await(3, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    int port = ((ServletWebServerApplicationContext) app).getWebServer().getPort();
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("end-user", "<jason>")
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
