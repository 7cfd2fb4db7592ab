package dev.weft.xds.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.engine.extauthz.AuthorizationService.HttpReply;
import dev.weft.engine.extauthz.HttpCheck;
import dev.weft.xds.ControlLog;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions over HTTP/1.1 to servers of every kind, on real sockets. */
class HttpCalloutsTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final HttpCheck.Request GET =
      new HttpCheck.Request("GET", "/check/a?b", "reviews:9080", List.of(Map.entry("x-a", "1")));

  private final ExecutorService worker = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final HttpCallouts callouts =
      new HttpCallouts(
          worker,
          (delay, task) -> {
            var later = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> later.cancel(false);
          },
          new Lines());
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    worker.execute(this::accept);
  }

  @AfterEach
  void stop() throws IOException {
    callouts.close();
    server.close();
    worker.shutdownNow();
    timer.shutdownNow();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        worker.execute(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  /** Answers each head with what is next; {@code CLOSE} at its end closes, {@code HANG} waits. */
  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      while (true) {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
          int c = in.read();
          if (c < 0) {
            return;
          }
          head.append((char) c);
        }
        heads.add(head.toString());
        String answer = answers.take();
        String sent = answer.replace("CLOSE", "").replace("HANG", "");
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
        if (answer.endsWith("CLOSE")) {
          return;
        }
      }
    } catch (IOException | InterruptedException e) {
      // The client has gone, or the test.
    }
  }

  private CompletableFuture<HttpReply> ask(HttpCheck.Request request, Duration timeout) {
    return callouts
        .send(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()),
            request,
            timeout)
        .toCompletableFuture();
  }

  private HttpReply.Response response(String answer) throws Exception {
    answers.add(answer);
    return (HttpReply.Response) ask(GET, LONG).get();
  }

  @Test
  void asksAndReads() throws Exception {
    HttpReply.Response response =
        response("HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 2\r\n\r\nno");
    assertThat(heads.take())
        .isEqualTo(
            "GET /check/a?b HTTP/1.1\r\nhost: reviews:9080\r\nx-a: 1\r\ncontent-length: 0\r\n\r\n");
    assertThat(response.status()).isEqualTo(302);
    assertThat(response.headers()).contains(Map.entry("location", "/login"));
    assertThat(response.body()).asString(StandardCharsets.UTF_8).isEqualTo("no");
  }

  @Test
  void keepsAConnectionForTheNext() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(response("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").status()).isEqualTo(200);
    }
    HttpReply.Response chunked =
        response(
            """
            HTTP/1.1 200 OK
            transfer-encoding: chunked

            3
            abc
            1;x=y
            d
            0

            """
                .replace("\n", "\r\n"));
    assertThat(chunked.body()).asString(StandardCharsets.UTF_8).isEqualTo("abcd");
    assertThat(response("HTTP/1.1 204 None\r\n\r\n").status()).isEqualTo(204);
    assertThat(connections.get()).isEqualTo(1);
  }

  @Test
  void opensAnotherWhereTheLastOneIsGone() throws Exception {
    assertThat(response("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nCLOSE").status())
        .isEqualTo(200);
    for (int i = 0; i < 5; i++) {
      assertThat(response("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nCLOSE").status())
          .isEqualTo(200);
    }
    assertThat(response("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nallCLOSE").body())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("all");
    assertThat(response("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\nCLOSE").status())
        .isEqualTo(200);
    assertThat(response("HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n"))
        .extracting(HttpReply.Response::status)
        .isEqualTo(403);
  }

  @Test
  void manyAtOnce() throws Exception {
    List<CompletableFuture<HttpReply>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      answers.add("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      all.add(ask(GET, LONG));
    }
    for (CompletableFuture<HttpReply> each : all) {
      assertThat(each.get()).isInstanceOf(HttpReply.Response.class);
    }
  }

  @Test
  void waitsNoLongerThanItMay() throws Exception {
    answers.add("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabHANG");
    long begin = System.nanoTime();
    HttpReply reply = ask(GET, Duration.ofMillis(200)).get();
    assertThat(reply).isInstanceOf(HttpReply.Failed.class);
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(200_000_000);
    assertThat(((HttpReply.Failed) reply).reason()).contains("200 ms");
    assertThat(response("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").status()).isEqualTo(200);
  }

  @Test
  void saysOnceThatNobodyListens() throws Exception {
    server.close();
    for (int i = 0; i < 3; i++) {
      assertThat(ask(GET, LONG).get()).isInstanceOf(HttpReply.Failed.class);
    }
    assertThat(lines).singleElement().asString().startsWith("no answer from");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: xchunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab",
        "HTTP/1.1 200 OK\r\n",
        ""
      })
  void takesWhatIsNotPlainForNoAnswer(String answer) throws Exception {
    answers.add(answer + "CLOSE");
    assertThat(ask(GET, LONG).get()).isInstanceOf(HttpReply.Failed.class);
  }

  @Test
  void takesNoMoreThanAnybodyWantsToRead() throws Exception {
    String line = "x".repeat(20_000);
    answers.add("HTTP/1.1 200 OK\r\nx: " + line + "\r\n\r\nCLOSE");
    assertThat(ask(GET, LONG).get()).isInstanceOf(HttpReply.Failed.class);
    answers.add("HTTP/1.1 200 OK\r\n" + "x: y\r\n".repeat(300) + "\r\nCLOSE");
    assertThat(ask(GET, LONG).get()).isInstanceOf(HttpReply.Failed.class);
    answers.add("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(1_100_000) + "CLOSE");
    assertThat(ask(GET, LONG).get()).isInstanceOf(HttpReply.Failed.class);
  }

  @Test
  void writesNothingThatEndsALine() {
    for (HttpCheck.Request each :
        List.of(
            new HttpCheck.Request("GET", "/a\r\nx: y", "h", List.of()),
            new HttpCheck.Request("GET", "/a b", "h", List.of()),
            new HttpCheck.Request("GE\nT", "/a", "h", List.of()),
            new HttpCheck.Request("GET", "/a", "h\r\n", List.of()),
            new HttpCheck.Request("GET", "/a", "h", List.of(Map.entry("x", "a\nb"))),
            new HttpCheck.Request("GET", "/a", "h", List.of(Map.entry("x", "a\u010ab"))),
            new HttpCheck.Request("GET", "/a", "h", List.of(Map.entry("x y", "a"))))) {
      assertThatThrownBy(() -> HttpLine.head(each)).isInstanceOf(IOException.class);
    }
  }

  private final class Lines implements ControlLog {
    @Override
    public void info(String line) {
      lines.add(line);
    }

    @Override
    public void warn(String line) {
      lines.add(line);
    }
  }
}
