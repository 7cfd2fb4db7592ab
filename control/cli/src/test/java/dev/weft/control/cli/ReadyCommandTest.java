package dev.weft.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code weftctl ready}, asking a server that is not, and then is. */
class ReadyCommandTest {

  private final AtomicInteger asked = new AtomicInteger();
  private volatile int readyAfter;
  private HttpServer server;
  private String address;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/ready",
        exchange -> {
          boolean ready = asked.incrementAndGet() > readyAfter;
          byte[] body = (ready ? "ready\n" : "no model yet\n").getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(ready ? 200 : 503, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    address = "127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void oneThatIsReadyIsZero() {
    assertThat(Result.of("ready", address)).isEqualTo(new Result(0, address + " is ready\n", ""));
  }

  @Test
  void oneThatIsNotIsOneAndSaysWhy() {
    readyAfter = 1;
    assertThat(Result.of("ready", address))
        .isEqualTo(new Result(1, "", address + " answers 503: no model yet\n"));
  }

  @Test
  void whoWaitsAsksAgain() {
    readyAfter = 2;
    assertThat(Result.of("ready", "--wait", "30s", address).exit()).isZero();
    assertThat(asked).hasValue(3);
  }

  @Test
  void allOfThemMustBe() {
    int nobody = Ports.free();
    Result result = Result.of("ready", address, "127.0.0.1:" + nobody);
    assertThat(result.exit()).isOne();
    assertThat(result.out()).isEqualTo(address + " is ready\n");
    assertThat(result.err()).startsWith("127.0.0.1:" + nobody + " does not answer: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"here", "http://here:1", "here:port", "here:1/path", "a b:1", ":15014"})
  void whatIsNoAddressIsTwo(String written) {
    Result result = Result.of("ready", written);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("'" + written + "' (expected: a host and a port");
  }
}
