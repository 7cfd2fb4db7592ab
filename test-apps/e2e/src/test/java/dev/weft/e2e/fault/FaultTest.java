package dev.weft.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Layout;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.Yaml;
import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Guarded;
import dev.weft.e2e.egress.Ways;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Security fails closed, whatever fails: a request that policy refuses is not served when any
 * method of the agent that it goes through throws, and others are served once none does. Likewise a
 * connection that policy refuses is not made.
 */
class FaultTest {

  /** What {@link Guarded} answers when it is asked at all. */
  private static final String SECRET = "SECRET";

  private static final String PUBLIC = "public";

  private static final String DENIED = "RBAC: access denied";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration RECOVERY = Duration.ofSeconds(5);

  /** Whether each method fails in every way, instead of in one. */
  private static final boolean ALL = Boolean.getBoolean("weft.faults.all");

  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: guarded}
      spec:
        selector: {matchLabels: {app: guarded}}
        action: %s
        rules:
        - %s
      """;

  /** No caller waits for long for what may never answer. */
  private static final String TIMEOUT =
      """
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: guarded}
      spec:
        hosts: [guarded]
        http: [{timeout: 1s, route: [{destination: {host: guarded}}]}]
      """;

  private static final String REGISTRY_ONLY =
      """
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}
      """;

  /** How the refusal of a connection ends. */
  private static final String ALLOWING = "weft.egress.allow)";

  /** What says that nothing was sent: the guard's words, or those of a failure of {@link Fault}. */
  private static final List<String> REFUSALS = List.of("mesh: ", "on purpose");

  /** Gives a lock back: a server whose lock is kept hangs, and serves nobody. */
  private static final String UNLOCKING = "dev.weft.instrumentation.jdksockets.Link.release()V";

  private final Mesh mesh = new Mesh();
  private Path directory;
  private FaultyAgent agent;
  private Jvm server;
  private Runnable restart;

  @BeforeEach
  void prepare() throws IOException {
    directory = Files.createTempDirectory("weft-fault");
    agent = new FaultyAgent(directory);
    mesh.configure("service.yaml", Yaml.service("guarded"));
    mesh.configure("timeout.yaml", TIMEOUT);
  }

  @AfterEach
  void stop() {
    mesh.close();
    Layout.delete(directory);
  }

  /** Refused by what is asked for. */
  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jdk"})
  void noPathIsServedThatIsDenied(String library) {
    mesh.configure("policy.yaml", POLICY.formatted("DENY", "to: [{operation: {paths: [/admin]}}]"));
    start(library, agent.options());

    refuses(() -> ask("/admin"), DENIED, () -> ask("/public"));
  }

  /** Refused by who asks. */
  @Test
  void nobodyIsServedWhoIsNotAllowed() {
    mesh.configure(
        "policy.yaml", POLICY.formatted("ALLOW", "from: [{source: {serviceAccounts: [friend]}}]"));
    start("tomcat", member());
    Jvm friend = caller("friend");
    Jvm stranger = caller("stranger");

    refuses(() -> call(stranger), DENIED, () -> call(friend));
  }

  /** Refused by how the connection is secured. */
  @Test
  void noPlaintextIsServedUnderStrict() {
    mesh.configure("strict.yaml", Yaml.STRICT);
    start("tomcat", member());
    Jvm friend = caller("friend");

    refuses(() -> ask("/public"), "", () -> call(friend));
  }

  /** Refused by where it goes: nobody in the registry is there. */
  @ParameterizedTest
  @ValueSource(strings = {"within", "nonblocking"})
  void noStrangerIsReachedUnderRegistryOnly(String way) throws IOException {
    mesh.configure("sidecar.yaml", REGISTRY_ONLY);
    Map<String, String> environment = new HashMap<>(mesh.identity("client"));
    environment.putAll(agent.options());
    restart =
        () -> {
          if (server != null) {
            server.close();
          }
          server = mesh.start("client", "v1", environment, Ways.class);
        };
    restart.run();

    try (ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread porter = new Thread(() -> letIn(door), "porter");
      porter.setDaemon(true);
      porter.start();
      String port = Integer.toString(door.getLocalPort());
      refuses(
          () -> reach(way, "198.51.100.7", "5432"), ALLOWING, () -> reach(way, "127.0.0.1", port));
    }
  }

  private static void letIn(ServerSocket door) {
    while (!door.isClosed()) {
      try (Socket guest = door.accept()) {
        guest.shutdownOutput();
      } catch (IOException e) {
        // The guest has left, or the door is closed.
      }
    }
  }

  /** What happened; that a connection was tried counts as its being made. */
  private String reach(String way, String host, String to) {
    String answer = server.ask("go " + way + " " + host + " " + to, "went ", "failed ");
    boolean refused = REFUSALS.stream().anyMatch(answer::contains);
    return refused ? answer : PUBLIC;
  }

  private void start(String library, Map<String, String> environment) {
    restart =
        () -> {
          if (server != null) {
            server.close();
          }
          server = mesh.start("guarded", "v1", environment, Guarded.class, library);
        };
    restart.run();
  }

  private Map<String, String> member() {
    Map<String, String> environment = new HashMap<>(mesh.identity("guarded"));
    environment.putAll(agent.options());
    return environment;
  }

  /** Connects anew for each request. */
  private Jvm caller(String name) {
    Map<String, String> environment = new HashMap<>(mesh.identity(name));
    environment.put("JAVA_TOOL_OPTIONS", "-Dhttp.keepAlive=false -javaagent:" + Layout.agent());
    return mesh.start(name, "v1", environment, Caller.class);
  }

  private static String call(Jvm caller) {
    return caller.ask("open http://guarded:8080/public", "answer ", "failed ");
  }

  private String ask(String path) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(1_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: guarded\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "failed " + e;
    }
  }

  /**
   * Sends what is to be refused while each of the methods fails that it goes through.
   *
   * @param refusal what the answer to it ends with while nothing fails
   */
  private void refuses(Supplier<String> refused, String refusal, Supplier<String> served) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(refused.get()).doesNotContain(SECRET, PUBLIC).endsWith(refusal);
              assertThat(served.get()).contains(PUBLIC);
            });
    List<Integer> methods =
        agent.called(
            () -> {
              for (int i = 0; i < 3; i++) {
                assertThat(refused.get()).endsWith(refusal);
              }
            });
    long seed = System.nanoTime();
    System.out.printf(
        "%d methods, seed of the kinds of their failures: %d%n", methods.size(), seed);
    SplittableRandom random = new SplittableRandom(seed);
    int failed = 0;
    Set<String> passed = new TreeSet<>();
    Set<String> hung = new TreeSet<>();
    for (int method : methods) {
      for (int kind :
          ALL ? new int[] {Fault.EXCEPTION, Fault.ERROR} : new int[] {random.nextInt(2)}) {
        agent.fail(method, kind);
        String answer = refused.get();
        if (agent.mend() == 0) {
          continue; // not called this time
        }
        failed++;
        if (answer.contains(SECRET) || answer.contains(PUBLIC)) {
          passed.add(agent.method(method));
        }
        if (!isServed(served)) {
          hung.add(agent.method(method));
          restart.run();
          Awaitility.await().atMost(PATIENCE).until(() -> served.get().contains(PUBLIC));
        }
      }
    }
    assertThat(passed).as("methods whose failure lets a refused request through").isEmpty();
    assertThat(hung).as("after whose failure nobody is served any more").isSubsetOf(UNLOCKING);
    assertThat(failed).isGreaterThan(methods.size() / 2);
  }

  /** Whether others are served again. */
  private static boolean isServed(Supplier<String> served) {
    long deadline = System.nanoTime() + RECOVERY.toNanos();
    while (System.nanoTime() < deadline) {
      if (served.get().contains(PUBLIC)) {
        return true;
      }
    }
    return false;
  }
}
