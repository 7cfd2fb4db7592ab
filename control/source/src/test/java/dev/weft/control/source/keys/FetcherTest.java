package dev.weft.control.source.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is fetched, from where, and what is not. */
class FetcherTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private ServerSocket server;
  private volatile String answer = "";
  private volatile boolean trickles;

  @BeforeEach
  void serve() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::accept, "issuer");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        byte[] head = new byte[4096];
        int read = socket.getInputStream().read(head);
        asked.add(new String(head, 0, Math.max(0, read), StandardCharsets.ISO_8859_1));
        OutputStream out = socket.getOutputStream();
        if (trickles) {
          trickle(out);
        } else {
          out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
        }
      } catch (IOException e) {
        // The other end has heard enough, or the test is over.
      }
    }
  }

  /** A header without end, a character at a time. */
  private static void trickle(OutputStream out) throws IOException {
    out.write("HTTP/1.1 200 OK\r\nx: ".getBytes(StandardCharsets.ISO_8859_1));
    while (true) {
      out.write('y');
      out.flush();
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static Fetcher fetcher(String... privateHosts) {
    return fetcher(InetAddress::getAllByName, privateHosts);
  }

  private static Fetcher fetcher(Fetcher.Resolver resolver, String... privateHosts) {
    return new Fetcher(new FetchRules(Set.of(privateHosts), Duration.ofMinutes(1)), resolver);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/keys?a=b";
  }

  private void refused(String answered, String message) {
    answer = answered;
    assertThatThrownBy(() -> fetcher("127.0.0.1").fetch(url(), PATIENCE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void documents() throws IOException {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    assertThat(fetcher("127.0.0.1").fetch(url(), PATIENCE)).isEqualTo("{}");
    assertThat(asked.get(0))
        .startsWith("GET /keys?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + server.getLocalPort() + "\r\n")
        .endsWith("\r\n\r\n");
    answer = "HTTP/1.0 200\r\n\r\n{\"a\":1}";
    assertThat(fetcher("127.0.0.1").fetch(url(), PATIENCE)).isEqualTo("{\"a\":1}");
    answer =
        String.join(
            "\r\n",
            "HTTP/1.1 103 Early Hints",
            "link: x",
            "",
            "HTTP/1.1 200 OK",
            "Transfer-Encoding: chunked",
            "",
            "3;x=y",
            "{\"a",
            "4",
            "\":1}",
            "0",
            "",
            "");
    assertThat(fetcher("127.0.0.1").fetch(url(), PATIENCE)).isEqualTo("{\"a\":1}");
  }

  @Test
  void othersAreNot() {
    refused(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n", "status 302 (expected: 200");
    refused("HTTP/1.1 404 Not Found\r\n\r\n", "status 404");
    refused("SSH-2.0-OpenSSH_9.9\r\n\r\n", "(expected: HTTP)");
    refused("", "the connection ended");
    refused("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", "ended after 2 of 10 bytes");
    refused("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}", "(expected: a number)");
    refused("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n", "more than 262144 bytes");
    refused("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(300_000), "more than 262144 bytes");
    refused("HTTP/1.1 200 OK\r\nx: " + "x".repeat(40_000) + "\r\n\r\n", "a head of more than");
    refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "(expected: chunked)");
    refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", "more than 262144");
    refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "without its size");
  }

  @Test
  void nobodyTakesForever() {
    trickles = true;
    long start = System.nanoTime();
    assertThatThrownBy(() -> fetcher("127.0.0.1").fetch(url(), Duration.ofMillis(200)))
        .isInstanceOf(IOException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/",
        "https://localhost/",
        "https://2130706433/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00:ec2::254]/"
      })
  void privateAddressesAreRefused(String url) {
    assertThatThrownBy(() -> fetcher().fetch(url, PATIENCE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("(expected: public addresses, or a host of --jwks-private-host)");
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://iris.example/keys, 'expected: https, or a host of'",
    "ftp://iris.example/keys, 'expected: https://host/path'",
    "file:///etc/passwd, 'expected: https://host/path'",
    "iris, 'expected: https://host/path'",
    "'https://a b/', 'expected: https://host/path'"
  })
  void placesThatAreNone(String url, String message) {
    assertThatThrownBy(() -> fetcher().fetch(url, PATIENCE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesAreResolvedOnceAndJudgedByAllOfTheirAddresses() throws IOException {
    AtomicInteger questions = new AtomicInteger();
    Fetcher.Resolver rebinding =
        host -> {
          boolean isFirst = questions.getAndIncrement() == 0;
          return new InetAddress[] {address(isFirst ? "192.0.2.1" : "127.0.0.1")};
        };
    // At a documentation's address, which nobody has: it is that address that is not reached.
    assertThatThrownBy(
            () ->
                fetcher(rebinding, "rebinding.example")
                    .fetch(
                        "http://rebinding.example:" + server.getLocalPort() + "/",
                        Duration.ofMillis(300)))
        .isInstanceOf(IOException.class);
    assertThat(questions).hasValue(1);
    assertThat(asked).isEmpty();
    Fetcher.Resolver both = host -> new InetAddress[] {address("8.8.8.8"), address("10.0.0.1")};
    assertThatThrownBy(() -> fetcher(both).fetch("https://both.example/", PATIENCE))
        .hasMessageContaining("both.example is at 10.0.0.1");
    answer = "HTTP/1.1 200 OK\r\n\r\nmine";
    Fetcher.Resolver inside = host -> new InetAddress[] {address("127.0.0.1")};
    assertThat(
            fetcher(inside, "Keys.Corp")
                .fetch("http://keys.corp:" + server.getLocalPort() + "/", PATIENCE))
        .isEqualTo("mine");
  }

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }
}
