package dev.weft.testapps.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load generator against a real server. */
final class LoadTest {

  private final AtomicInteger requests = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          int n = requests.incrementAndGet();
          if (n % 10 == 0) {
            exchange.getResponseHeaders().set("Connection", "close");
          }
          byte[] body = new byte[20_000];
          exchange.sendResponseHeaders(
              exchange.getRequestURI().getPath().equals("/bad") ? 500 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void keepsToItsRateAlthoughConnectionsAreClosed() throws Exception {
    Measured measured =
        new Load(4, 100).run(server.getAddress().getPort(), "/", Duration.ofSeconds(1));

    assertThat(measured.failures()).as(measured.firstFailure()).isZero();
    assertThat(measured.answers()).isEqualTo(100);
    assertThat(requests).hasValue(100);
  }

  @Test
  void withoutARateItSendsAsFastAsAnswersCome() throws Exception {
    Measured measured =
        new Load(2, 0).run(server.getAddress().getPort(), "/", Duration.ofMillis(300));

    assertThat(measured.failures()).as(measured.firstFailure()).isZero();
    assertThat(measured.answers()).isEqualTo(requests.get()).isPositive();
  }

  @Test
  void otherStatusesAreFailures() throws Exception {
    Measured measured =
        new Load(1, 50).run(server.getAddress().getPort(), "/bad", Duration.ofMillis(200));

    assertThat(measured.answers()).isZero();
    assertThat(measured.failures()).isEqualTo(10);
    assertThat(measured.firstFailure()).isEqualTo("status 500");
  }
}
