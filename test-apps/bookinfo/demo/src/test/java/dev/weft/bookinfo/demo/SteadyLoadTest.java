package dev.weft.bookinfo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That slow answers do not keep requests back. */
final class SteadyLoadTest {

  private static final int REQUESTS = 20;

  private final CountDownLatch arrived = new CountDownLatch(REQUESTS);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answerOnceAllHaveArrived);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void requestsDoNotWaitForTheAnswersOfEarlierOnes() throws InterruptedException {
    Shopper shopper =
        new Shopper(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
    List<Sample> samples;
    try (SteadyLoad load = SteadyLoad.start(shopper, n -> null)) {
      arrived.await();
      samples = load.stop();
    }

    assertThat(samples).hasSizeGreaterThanOrEqualTo(REQUESTS);
    assertThat(samples).noneMatch(Sample::failed);
  }

  private void answerOnceAllHaveArrived(HttpExchange exchange) throws IOException {
    try (exchange) {
      arrived.countDown();
      arrived.await();
      byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
