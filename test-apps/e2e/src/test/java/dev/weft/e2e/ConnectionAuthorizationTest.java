package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.TcpCaller;
import dev.weft.e2e.app.TcpEcho;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies at a port of which nobody knows what is spoken there: connections are judged. */
class ConnectionAuthorizationTest {

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: tcp-echo}
      spec:
        selector: {app: tcp-echo}
        ports: [{name: tcp, port: 9000}]
      """;

  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: echo}
      spec:
        selector: {matchLabels: {app: tcp-echo}}
        action: %s
        rules:
        - %s
      """;

  private static final int PATIENCE_MILLIS = 10_000;

  private final Mesh mesh = new Mesh();
  private Jvm echo;
  private int port;
  private Jvm friend;
  private Jvm stranger;

  @BeforeEach
  void start() {
    mesh.configure("service.yaml", SERVICE);
    echo = mesh.start("tcp-echo", "v1", mesh.identity("tcp-echo"), TcpEcho.class, "one", "-", "0");
    port = echo.port();
    friend = mesh.start("friend", "v1", mesh.identity("friend"), TcpCaller.class, "-");
    stranger = mesh.start("stranger", "v1", mesh.identity("stranger"), TcpCaller.class, "-");
    until(true, true);
  }

  @AfterEach
  void stop() {
    mesh.close();
  }

  private void until(boolean friendly, boolean strange) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(isAnswered(friend)).as("the friend").isEqualTo(friendly);
              assertThat(isAnswered(stranger)).as("the stranger").isEqualTo(strange);
            });
  }

  private boolean isAnswered(Jvm caller) {
    String target = "count 3 socket 127.0.0.1 " + port;
    return Tally.of(caller.ask(target, "tally ")).answers().getOrDefault("one", 0L) == 3;
  }

  /** Whoever has no agent, and so no identity, is answered. */
  private boolean isAnswered() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      return in.read() >= 0;
    } catch (SocketException e) {
      return false; // reset
    }
  }

  @Test
  void onlyWhoIsAllowedIsHeard() throws IOException {
    assertThat(isAnswered()).isTrue();
    assertThat(stranger.ask("open old socket 127.0.0.1 " + port, "opened ", "failed "))
        .startsWith("opened ");
    assertThat(stranger.ask("say old hello", "answer ", "failed ")).startsWith("answer ");
    mesh.configure("policy.yaml", allow("{from: [{source: {serviceAccounts: [friend]}}]}"));
    until(true, false);
    assertThat(isAnswered()).isFalse();
    assertThat(stranger.ask("say old hello", "answer ", "failed "))
        .as("a connection that was open before")
        .startsWith("failed ");
    assertThat(audited())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("\"audit\":\"DENIED\"")
                    .contains("/sa/stranger")
                    .contains("\"port\":" + port));
    mesh.configure("policy.yaml", "");
    until(true, true);
  }

  @Test
  void whatIsSaidOfRequestsMakesPoliciesStricter() throws IOException {
    String get = "to: [{operation: {methods: [GET]}}]";
    mesh.configure(
        "policy.yaml", allow("{from: [{source: {serviceAccounts: [friend]}}], " + get + "}"));
    until(false, false);
    mesh.configure(
        "policy.yaml",
        POLICY.formatted("DENY", "{from: [{source: {serviceAccounts: [stranger]}}], " + get + "}"));
    until(true, false);
    assertThat(isAnswered()).as("nobody, who is not the stranger").isTrue();
  }

  private static String allow(String rule) {
    return POLICY.formatted("ALLOW", rule);
  }

  private List<String> audited() {
    return echo.output().stream().filter(line -> line.contains("\"audit\":")).toList();
  }
}
