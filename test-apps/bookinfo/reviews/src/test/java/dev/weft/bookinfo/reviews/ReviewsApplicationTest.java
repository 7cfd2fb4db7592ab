package dev.weft.bookinfo.reviews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.weft.bookinfo.ratings.api.v1.GetRatingsRequest;
import dev.weft.bookinfo.ratings.api.v1.GetRatingsResponse;
import dev.weft.bookinfo.ratings.api.v1.RatingsGrpc;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** Each version of reviews alone, as it is started, against a ratings of its own protocol. */
final class ReviewsApplicationTest {

  private static final String RATINGS =
      """
      {"id":7,"ratings":{"Reviewer1":5},"version":"v1","pod":"ratings-v1-1"}\
      """;

  @Test
  void version1ShowsNoStars() throws Exception {
    try (ConfigurableApplicationContext v1 = start("v1", "http://localhost:1", "localhost:1")) {
      JsonNode answer = get(v1);

      assertThat(answer.path("version").asText()).isEqualTo("v1");
      assertThat(answer.path("pod").asText()).isEqualTo("reviews-1");
      assertThat(answer.path("reviews")).hasSize(2);
      assertThat(answer.path("reviews").path(0).has("rating")).isFalse();
      assertThat(answer.has("ratings")).isFalse();
    }
  }

  @Test
  void version2AsksRatingsOverHttp() throws Exception {
    HttpServer ratings = httpRatings();
    String url = "http://localhost:" + ratings.getAddress().getPort();
    try (ConfigurableApplicationContext v2 = start("v2", url, "localhost:1")) {
      assertRated(get(v2), "v2", "black");
    } finally {
      ratings.stop(0);
    }
  }

  @Test
  void version3AsksRatingsOverGrpc() throws Exception {
    Server ratings = ServerBuilder.forPort(0).addService(new GrpcRatingsStandIn()).build().start();
    String target = "localhost:" + ratings.getPort();
    try (ConfigurableApplicationContext v3 = start("v3", "http://localhost:1", target)) {
      assertRated(get(v3), "v3", "red");
    } finally {
      ratings.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v3"})
  void saysSoWhenRatingsIsGone(String version) throws Exception {
    try (ConfigurableApplicationContext app = start(version, "http://localhost:1", "localhost:1")) {
      JsonNode answer = get(app);

      assertThat(answer.path("reviews"))
          .hasSize(2)
          .allSatisfy(
              review ->
                  assertThat(review.path("rating").path("error").asText())
                      .isEqualTo("Ratings service is currently unavailable"));
    }
  }

  @Test
  void refusesAVersionThatDoesNotExist() {
    assertThatThrownBy(() -> start("v4", "http://localhost:1", "localhost:1"))
        .rootCause()
        .hasMessage("SERVICE_VERSION: v4 (expected: v1, v2 or v3)");
  }

  private static void assertRated(JsonNode answer, String version, String color) {
    assertThat(answer.path("version").asText()).isEqualTo(version);
    assertThat(answer.path("reviews").path(0).path("rating").path("stars").asInt()).isEqualTo(5);
    assertThat(answer.path("reviews").path(0).path("rating").path("color").asText())
        .isEqualTo(color);
    assertThat(answer.path("reviews").path(1).has("rating")).isFalse();
    assertThat(answer.path("ratings").path("pod").asText()).isEqualTo("ratings-v1-1");
  }

  private static ConfigurableApplicationContext start(String version, String url, String target) {
    return new SpringApplicationBuilder(ReviewsApplication.class)
        .run(
            "--server.port=0",
            "--logging.level.root=OFF",
            "--bookinfo.version=" + version,
            "--bookinfo.pod=reviews-1",
            "--bookinfo.ratings-url=" + url,
            "--bookinfo.ratings-target=" + target);
  }

  private static JsonNode get(ConfigurableApplicationContext app)
      throws IOException, InterruptedException {
    int port = ((ServletWebServerApplicationContext) app).getWebServer().getPort();
    URI uri = URI.create("http://localhost:" + port + "/reviews/7");
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private static HttpServer httpRatings() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(0), 0);
    server.createContext(
        "/ratings/7",
        exchange -> {
          byte[] body = RATINGS.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static final class GrpcRatingsStandIn extends RatingsGrpc.RatingsImplBase {
    @Override
    public void getRatings(
        GetRatingsRequest request, StreamObserver<GetRatingsResponse> responseObserver) {
      responseObserver.onNext(
          GetRatingsResponse.newBuilder()
              .setProductId(request.getProductId())
              .putAllStars(Map.of("Reviewer1", 5))
              .setVersion("v1")
              .setPod("ratings-v1-1")
              .build());
      responseObserver.onCompleted();
    }
  }
}
