package dev.weft.bookinfo.ratings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.bookinfo.ratings.api.v1.GetRatingsRequest;
import dev.weft.bookinfo.ratings.api.v1.GetRatingsResponse;
import dev.weft.bookinfo.ratings.api.v1.RatingsGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ratings alone, on both of its real servers. */
final class RatingsServerTest {

  private static RatingsServer server;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() throws Exception {
    server = RatingsServer.start(0, 0, new Identity("v2", "ratings-v2-1"), new FixedRatings());
    channel =
        ManagedChannelBuilder.forAddress("localhost", server.grpcPort()).usePlaintext().build();
  }

  @AfterAll
  static void stop() throws Exception {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.close();
  }

  @Test
  void answersOverHttp() throws Exception {
    HttpResponse<String> response = get("/ratings/7");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.body())
        .isEqualTo(
            "{\"id\":7,\"ratings\":{\"Reviewer1\":5,\"Reviewer2\":4},"
                + "\"version\":\"v2\",\"pod\":\"ratings-v2-1\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "/ratings/99, 404, no ratings for 99",
    "/ratings/x, 400, please give a numeric product id",
    "/ratings/, 400, please give a numeric product id",
  })
  void refusesWhatItDoesNotKnow(String path, int status, String error) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo("{\"error\":\"" + error + "\"}");
  }

  @Test
  void answersOverGrpc() {
    GetRatingsResponse response =
        RatingsGrpc.newBlockingStub(channel)
            .getRatings(GetRatingsRequest.newBuilder().setProductId(7).build());

    assertThat(response.getStarsMap()).isEqualTo(Map.of("Reviewer1", 5, "Reviewer2", 4));
    assertThat(response.getVersion()).isEqualTo("v2");
    assertThat(response.getPod()).isEqualTo("ratings-v2-1");
  }

  @Test
  void refusesAnUnknownProductOverGrpc() {
    GetRatingsRequest request = GetRatingsRequest.newBuilder().setProductId(99).build();

    assertThatThrownBy(() -> RatingsGrpc.newBlockingStub(channel).getRatings(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + server.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
