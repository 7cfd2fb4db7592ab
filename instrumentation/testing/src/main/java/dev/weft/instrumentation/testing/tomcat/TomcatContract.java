package dev.weft.instrumentation.testing.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Context;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.ScriptedInbound;
import dev.weft.instrumentation.testing.ScriptedMesh;
import dev.weft.instrumentation.testing.ServerProbe.Running;
import dev.weft.instrumentation.testing.Wire;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only a servlet container does: asynchronous requests, two protocols, its own decoding. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TomcatContract {

  private static final ScriptedMesh MESH = ScriptedMesh.INSTANCE;
  private static final Verdict PASS = new Verdict.Pass(HeaderEdits.NONE);
  private static final Application APPLICATION = new Application();
  private static final Running SERVER = TomcatProbe.start(APPLICATION);

  private static final List<HttpClient> CLIENTS =
      List.of(
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build());

  /** One servlet that does what the path says. */
  private static final class Application extends HttpServlet {
    final transient BlockingQueue<Object> contexts = new LinkedBlockingQueue<>();

    private void note() {
      InboundCall current = Context.current();
      contexts.add(current == null ? "none" : current);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      switch (request.getServletPath().isEmpty() ? first(request) : request.getServletPath()) {
        case "/start" -> start(request, async -> async.start(() -> finish(async)));
        case "/thread" -> start(request, async -> new Thread(() -> finish(async)).start());
        case "/dispatch" -> dispatch(request, response);
        case "/timeout" -> request.startAsync().setTimeout(100);
        case "/read" -> read(request);
        case "/throw" -> throw new ServletException("on purpose");
        case "/error" -> response.sendError(418);
        case "/large" -> large(response);
        default -> {
          note();
          response.setContentType("text/plain");
          byte[] body = request.getInputStream().readAllBytes();
          response
              .getOutputStream()
              .print(request.getPathInfo() + " " + request.getParameter("p") + " " + body.length);
        }
      }
    }

    private static String first(HttpServletRequest request) {
      String path = request.getPathInfo();
      int end = path.indexOf('/', 1);
      return end < 0 ? path : path.substring(0, end);
    }

    private static void start(HttpServletRequest request, Consumer<AsyncContext> how) {
      how.accept(request.startAsync());
    }

    private void finish(AsyncContext async) {
      note();
      try {
        async.getResponse().getOutputStream().print("finished");
        async.complete();
      } catch (IOException e) {
        async.complete(); // the client is gone; Tomcat 10.1.0 waits for this all the same
      } catch (IllegalStateException e) {
        return; // the client is gone, and Tomcat has seen to it
      }
    }

    private void dispatch(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getDispatcherType() == DispatcherType.ASYNC) {
        note();
        response.getOutputStream().print("dispatched");
      } else {
        AsyncContext async = request.startAsync();
        new Thread(async::dispatch).start();
      }
    }

    private void read(HttpServletRequest request) throws IOException {
      AsyncContext async = request.startAsync();
      ServletInputStream in = request.getInputStream();
      in.setReadListener(
          new ReadListener() {
            private final byte[] buffer = new byte[4096];

            @Override
            public void onDataAvailable() throws IOException {
              while (in.isReady() && in.read(buffer) >= 0) {
                // Only what arrives matters.
              }
            }

            @Override
            public void onAllDataRead() {
              finish(async);
            }

            @Override
            public void onError(Throwable failure) {
              async.complete();
            }
          });
    }

    private static void large(HttpServletResponse response) throws IOException {
      byte[] block = new byte[8192];
      for (int i = 0; i < 2000; i++) {
        response.getOutputStream().write(block);
      }
    }
  }

  @BeforeEach
  void everythingPasses() {
    MESH.admitAll();
    APPLICATION.contexts.clear();
  }

  @AfterEach
  void everyExchangeEndedOnce() throws Exception {
    for (ScriptedInbound call : MESH.inbound()) {
      call.end().get(10, TimeUnit.SECONDS);
      assertThat(call.ends()).as(call.toString()).isEqualTo(1);
    }
    assertThat(MESH.suppressed()).isEmpty();
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static HttpResponse<String> send(HttpClient client, String target, int body)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + SERVER.address().getPort() + target);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
    if (body >= 0) {
      request.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[body]));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /**
   * The size of a body that nobody reads. Over HTTP/2 none: Tomcat resets such streams, and the
   * client may lose the response over it, with and without the mesh.
   */
  private static int unread(HttpClient client) {
    return client == CLIENTS.get(0) ? 50_000 : -1;
  }

  /** The only exchange, ended. */
  private static ScriptedInbound only() {
    Awaitility.await()
        .until(() -> MESH.inbound().size() == 1 && MESH.inbound().get(0).end().isDone());
    return MESH.inbound().get(0);
  }

  @Test
  void thePathIsDecodedAsWithoutTheMesh() throws Exception {
    for (HttpClient client : CLIENTS) {
      everythingPasses();
      assertThat(send(client, "/x/a%20b%2Fc;v=1?p=%41", 0).body()).isEqualTo("/x/a b/c A 0");
      assertThat(only().head().target()).isEqualTo("/x/a%20b%2Fc;v=1?p=%41");
      assertThat(only().head().authority()).endsWith(":" + SERVER.address().getPort());
    }
  }

  @Test
  void anAsynchronousRequestEndsWhenItIsComplete() throws Exception {
    for (HttpClient client : CLIENTS) {
      for (String target : List.of("/start", "/thread", "/dispatch", "/read")) {
        everythingPasses();
        int body = target.equals("/read") ? 20_000 : unread(client);
        assertThat(send(client, target, body).statusCode()).as(target).isEqualTo(200);
        assertThat(only().end().get().status()).as(target).isEqualTo(200);
        assertThat(APPLICATION.contexts.poll(5, TimeUnit.SECONDS)).as(target).isSameAs(only());
      }
    }
  }

  @Test
  void failuresEndWithTheStatusThatWasSent() throws Exception {
    Map<String, Integer> statuses = Map.of("/timeout", 500, "/throw", 500, "/error", 418);
    for (HttpClient client : CLIENTS) {
      for (Map.Entry<String, Integer> expected : statuses.entrySet()) {
        everythingPasses();
        HttpResponse<String> response = send(client, expected.getKey(), -1);
        assertThat(response.statusCode()).as(expected.getKey()).isEqualTo(expected.getValue());
        assertThat(only().end().get().status()).isEqualTo(expected.getValue());
      }
    }
  }

  @Test
  void refusalsAreAnsweredOverBothProtocols() throws Exception {
    Step.Answer answer =
        new Step.Answer(403, HeaderEdits.NONE, "no".getBytes(StandardCharsets.UTF_8));
    for (HttpClient client : CLIENTS) {
      MESH.admit(head -> () -> new Verdict.Refuse(answer), HeaderEdits.NONE);
      HttpResponse<String> response = send(client, "/x", unread(client));

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body()).isEqualTo("no");
      assertThat(only().end().get().completion().bytes()).isEqualTo(2);
      assertThat(APPLICATION.contexts).isEmpty();
    }
  }

  @Test
  void aResponseMayCloseItsConnection() throws Exception {
    HeaderEdits close = HeaderEdits.setting(List.of(Map.entry("connection", "close")));
    MESH.admit(head -> () -> PASS, close);
    try (Wire wire = new Wire(SERVER.address())) {
      assertThat(wire.get("/x").header("connection")).isEqualTo("close");
    }
    // HTTP/2 has no such header: the client would take the response for malformed.
    assertThat(send(CLIENTS.get(1), "/x", -1).headers().firstValue("connection")).isEmpty();
  }

  @Test
  void aClientThatLeavesDoesNotChangeTheStatus() throws Exception {
    Wire wire = new Wire(SERVER.address());
    wire.send("GET /large HTTP/1.1", "Host: app.test");
    Awaitility.await().until(() -> MESH.inbound().size() == 1);
    Awaitility.await().until(() -> MESH.inbound().get(0).commits() == 1);
    wire.reset();

    assertThat(only().end().get().status()).isEqualTo(200);
    assertThat(only().end().get().completion().failure()).isNotNull();
  }

  @Test
  void manyMixedRequestsEndOnceEach() throws Exception {
    long seed = Long.getLong("contract.seed", System.nanoTime());
    System.out.println("TomcatContract: contract.seed=" + seed);
    Random random = new Random(seed);
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Boolean>> all =
        random.longs(2000).mapToObj(each -> threads.submit(() -> one(each, wrong))).toList();
    for (Future<Boolean> one : all) {
      one.get();
    }
    threads.shutdown();
    assertThat(wrong).isEmpty();
  }

  private static boolean one(long seed, ConcurrentLinkedQueue<String> wrong) throws Exception {
    Random random = new Random(seed);
    List<String> targets = List.of("/x", "/start", "/thread", "/dispatch", "/read", "/throw");
    String target = targets.get(random.nextInt(targets.size()));
    if (random.nextInt(10) == 0) {
      Wire wire = new Wire(SERVER.address());
      wire.send("GET " + target + " HTTP/1.1", "Host: app.test");
      wire.reset();
      return false;
    }
    // Over HTTP/2, Tomcat ends a connection on which bodies arrive that nobody reads, and Tomcat
    // 10.1.0 may not tell a reader that there is no body.
    boolean filled = target.equals("/read") || random.nextBoolean();
    int body = filled ? random.nextInt(30_000) : -1;
    HttpClient client = CLIENTS.get(body < 0 ? random.nextInt(2) : 0);
    String what = (client == CLIENTS.get(0) ? "HTTP/1.1 " : "h2c ") + target + " body " + body;
    try {
      int status = send(client, target, body).statusCode();
      if (status != (target.equals("/throw") ? 500 : 200)) {
        wrong.add(what + ": " + status);
      }
    } catch (IOException e) {
      wrong.add(what + ": " + e);
    }
    return true;
  }
}
