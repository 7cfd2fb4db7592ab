package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.Metrics;
import dev.weft.e2e.app.Caller;
import dev.weft.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application that asks by https, and servers outside of the mesh: its rules hold all the same.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpsTest {

  private static final String API = "https://api.example.com/";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<HttpsServer> servers = new ArrayList<>();
  private final AtomicInteger flaky = new AtomicInteger();
  private final int metrics = Ports.free();
  private Mesh mesh;
  private Jvm caller;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Keytool keytool = new Keytool(folder);
    Keytool.Pair api = keytool.make("api", "api.example.com", 30);
    Keytool.Pair canary = keytool.make("canary", "v2.example.com", 30);
    Keytool.Pair foreign = keytool.make("foreign", "foreign.example.com", 30);
    mesh = new Mesh();
    mesh.configure(
        "hosts.yaml",
        host("api.example.com", serve("one", api))
            + host("v2.example.com", serve("two", canary))
            // Somebody else is there than who is asked for; and somebody whom nobody trusts.
            + host("wrong.example.com", serve("three", api))
            + host("foreign.example.com", serve("four", foreign)));
    String options = Keytool.trusting(keytool.trust("trust", api, canary));
    caller =
        mesh.start(
            "caller",
            "v1",
            Map.of("WEFT_METRICS_ADDRESS", "127.0.0.1:" + metrics, "JDK_JAVA_OPTIONS", options),
            Caller.class);
    awaitAnswer(API, "answer 200 one");
  }

  @AfterAll
  void stop() {
    mesh.close();
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
  }

  private int serve(String name, Keytool.Pair own) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(Keytool.context(own)));
    server.createContext("/", exchange -> answer(name, (HttpsExchange) exchange));
    server.setExecutor(threads);
    server.start();
    servers.add(server);
    return server.getAddress().getPort();
  }

  private void answer(String name, HttpsExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    List<SNIServerName> asked =
        ((ExtendedSSLSession) exchange.getSSLSession()).getRequestedServerNames();
    int status = path.equals("/flaky") && flaky.incrementAndGet() % 2 == 1 ? 503 : 200;
    if (path.equals("/slow")) {
      pause();
    }
    say(
        exchange,
        status,
        "%s path=%s name=%s host=%s added=%s"
            .formatted(
                name,
                path,
                ((SNIHostName) asked.get(0)).getAsciiName(),
                exchange.getRequestHeaders().getFirst("Host"),
                exchange.getRequestHeaders().getFirst("x-added")));
  }

  private static void pause() {
    try {
      Thread.sleep(5_000); // the behaviour under test: a slow server
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  private static String host(String host, int port) {
    return """
    apiVersion: networking.istio.io/v1
    kind: ServiceEntry
    metadata: {name: %1$s}
    spec:
      hosts: [%1$s]
      location: MESH_EXTERNAL
      resolution: STATIC
      ports:
      - {number: 80, name: http, protocol: HTTP, targetPort: 1}
      - {number: 443, name: https, protocol: HTTPS, targetPort: %2$d}
      endpoints: [{address: 127.0.0.1}]
    ---
    """
        .formatted(host, port);
  }

  private void rules(String http) {
    mesh.configure(
        "rules.yaml",
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: api}
        spec:
          hosts: [api.example.com]
          http:
        """
            + http.indent(2));
  }

  private String get(String url, String... headers) {
    return caller.ask("get " + url + " " + String.join(" ", headers), "answer ", "failed ");
  }

  /** The same by the other client of the JDK. */
  private String open(String url) {
    return caller.ask("open " + url, "answer ", "failed ");
  }

  private void awaitAnswer(String url, String beginning, String... headers) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get(url, headers), answer -> answer.startsWith(beginning));
  }

  @Test
  void rulesSeeWhatTheApplicationEncrypts() throws Exception {
    rules(
        """
        - match: [{headers: {user: {exact: canary}}, scheme: {exact: https}}]
          headers: {request: {set: {x-added: by-the-mesh}}}
          rewrite: {uri: /rewritten}
          route: [{destination: {host: v2.example.com}}]
        - match: [{headers: {user: {exact: abort}}}]
          fault: {abort: {httpStatus: 418, percentage: {value: 100}}}
          route: [{destination: {host: api.example.com}}]
        - match: [{headers: {user: {exact: delay}}}]
          fault: {delay: {fixedDelay: 1s, percentage: {value: 100}}}
          route: [{destination: {host: api.example.com}}]
        - match: [{uri: {prefix: /flaky}}]
          retries: {attempts: 1, retryOn: 5xx}
          route: [{destination: {host: api.example.com}}]
        - match: [{uri: {prefix: /slow}}]
          timeout: 0.5s
          route: [{destination: {host: api.example.com}}]
        - match: [{uri: {prefix: /plain}}]
          redirect: {scheme: https}
        - route: [{destination: {host: api.example.com, port: {number: 80}}}]
          match: [{uri: {prefix: /plain}}]
        - route: [{destination: {host: api.example.com}}]
        """);
    awaitAnswer(API, "answer 418", "user:abort");

    assertThat(get(API, "user:canary"))
        .isEqualTo(
            "answer 200 two path=/rewritten name=v2.example.com host=api.example.com"
                + " added=by-the-mesh");
    assertThat(get(API + "x"))
        .isEqualTo("answer 200 one path=/x name=api.example.com host=api.example.com added=null");
    long begun = System.nanoTime();
    assertThat(get(API, "user:delay")).startsWith("answer 200 one");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(950));
    assertThat(get(API + "flaky")).startsWith("answer 200 one path=/flaky");
    assertThat(get(API + "slow")).startsWith("answer 504 ");
    assertThat(open(API + "flaky")).startsWith("answer 200 one path=/flaky");
    assertThat(open(API + "slow")).startsWith("answer 504 ");
    assertThat(open(API + "x"))
        .isEqualTo("answer 200 one path=/x name=api.example.com host=api.example.com added=null");
    // Meant for plaintext: TLS is neither sent to port 80 nor round and round.
    assertThat(get(API + "plain")).startsWith("answer 200 one path=/plain");
    assertThat(counted("api.example.com", "504")).isEqualTo(2);
    assertThat(counted("v2.example.com", "200")).isEqualTo(1);
  }

  private double counted(String service, String code) throws IOException {
    return Metrics.sum(
        metrics,
        "istio_requests_total",
        "destination_service=\"" + service + "\"",
        "response_code=\"" + code + "\"");
  }

  @Test
  void serversAreVerifiedByTheApplication() {
    assertThat(get("https://wrong.example.com/"))
        .contains("SSLHandshakeException", "wrong.example.com");
    assertThat(get("https://foreign.example.com/")).contains("SSLHandshakeException");
    assertThat(open("https://wrong.example.com/"))
        .contains("SSLHandshakeException", "wrong.example.com");
    assertThat(open("https://foreign.example.com/")).contains("SSLHandshakeException");
  }

  @Test
  void strangersAreRefused() {
    String stranger = "https://stranger.example/";
    assertThat(get(stranger)).startsWith("failed ");
    mesh.configure("mesh.yaml", "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n");
    awaitAnswer(stranger, "answer 502");
    assertThat(open(stranger)).isEqualTo("answer 502 ");
    assertThat(get(API)).startsWith("answer 200 one");
    // Of a known host, TLS may go to any port.
    assertThat(get("https://api.example.com:1/")).startsWith("failed ");
    mesh.configure("mesh.yaml", "outboundTrafficPolicy: {mode: ALLOW_ANY}\n");
    awaitAnswer(stranger, "failed ");
  }
}
