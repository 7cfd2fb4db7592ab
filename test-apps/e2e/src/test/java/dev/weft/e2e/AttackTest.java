package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Guarded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has got around the policies of others, against real servers under the agent. */
class AttackTest {

  private static final String POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: guarded}
      spec:
        selector: {matchLabels: {app: guarded}}
        action: %s
        rules:
        %s
      """;

  /** What nobody may have is refused by name. */
  private static final String DENY =
      POLICY.formatted(
          "DENY",
          """
          - to: [{operation: {paths: [/admin, /admin/*, /probe-deny]}}]
            - to: [{operation: {hosts: [secret.com]}}]
            - when: [{key: "request.headers[x-key]", values: [open]}]
          """
              .strip());

  /** The same, said the other way round. */
  private static final String ALLOW =
      POLICY.formatted(
          "ALLOW",
          """
          - to:
              - operation:
                  notPaths: [/admin, /admin/*, /probe-allow]
                  notHosts: [secret.com]
              when: [{key: "request.headers[x-key]", notValues: [open]}]
          """
              .strip());

  /** Targets that some server, or some policy engine, takes for {@code /admin}. */
  private static final List<String> TARGETS =
      List.of(
          "/admin",
          "/admin/",
          "/admin/x",
          "/admin?",
          "/admin?x=/public",
          "/admin#",
          "/admin#section1",
          "/admin%23",
          "/info/../admin",
          "/something/../admin",
          "something/../admin",
          "//admin",
          "///admin",
          "//public/admin",
          "//guarded:80/admin",
          "//public/x/../admin",
          "/x//../admin",
          "%2Fadmin",
          "/%2Fadmin",
          "/%2fadmin",
          "/x%2F..%2Fadmin",
          "/a%5C..%5Cadmin",
          "/a%5c../admin",
          "/a\\..\\admin",
          "\\admin",
          "/\\admin",
          "/%5Cadmin",
          "/./admin",
          "/x/%2e%2e/admin",
          "/x/.%2E/admin",
          "/%2e/admin",
          "/%61dmin",
          "/adm%69n",
          "/.;/admin",
          "/;/admin",
          "/;x=y/admin",
          "/user/..;foo=bar/admin",
          "/user/..;/admin",
          "/admin;",
          "/admin;x/users",
          "/admin;x=y/action;foo=bar",
          "/a;b/../admin",
          "/admin%3Bx",
          "/admin%00",
          "/admin%0a",
          "/admin%0d%0aX: y",
          "/admin/..%2f",
          "/admin/%2e%2e/admin",
          "http://guarded/admin",
          "http://guarded/x/../admin",
          "HTTP://guarded//admin",
          "admin",
          "*/admin");

  private static final List<String> HEADERS =
      List.of(
          "x-key: open",
          "X-Key: open",
          "x-key: shut\r\nx-key: open",
          "x-key: open\r\nx-key: shut",
          "x-key: open\r\nx-key: open",
          "x-key: open ",
          "x-key:open",
          "x-key: \topen\t");

  private static final List<String> HOSTS =
      List.of("secret.com", "Secret.com", "SECRET.COM", "secret.com:8080", "secret.com.");

  /** What may make a second request of bytes that nobody has judged. */
  private static final List<String> EARLY =
      List.of(
          "GET /public HTTP/1.1\r\nHost: guarded\r\nConnection: Upgrade\r\nUpgrade: websocket",
          "GET /public HTTP/1.1\r\nHost: guarded\r\nConnection: Upgrade\r\nUpgrade: h2c",
          "CONNECT guarded:80 HTTP/1.1\r\nHost: guarded:80",
          "GET /public HTTP/1.1\r\nHost: guarded\r\nContent-Length: 0",
          "GET /public HTTP/1.1\r\nHost: guarded\r\nExpect: 100-continue");

  private final Mesh mesh = new Mesh();
  private int port;

  @AfterEach
  void stop() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jdk"})
  void nothingGetsAroundAPolicy(String server) throws IOException {
    mesh.configure("service.yaml", Yaml.service("guarded"));
    port = mesh.start("guarded", "v1", Map.of(), Guarded.class, server).port();
    assertThat(told()).as("that reach the secret without a policy").hasSizeGreaterThan(20);
    mesh.configure("policy.yaml", DENY);
    awaitRefusal("/probe-deny");
    assertThat(told()).isEmpty();
    othersAreServed();
    mesh.configure("policy.yaml", ALLOW);
    awaitRefusal("/probe-allow");
    assertThat(told()).isEmpty();
    othersAreServed();
  }

  private void othersAreServed() throws IOException {
    for (String target : List.of("/", "/public", "/administrator", "/a%20b", "/x?y=/admin")) {
      assertThat(ask(target, "guarded", "x-key: shut")).as(target).startsWith("HTTP/1.1 200");
    }
  }

  private void awaitRefusal(String target) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(ask(target, "guarded", "a: b"))
                    .startsWith("HTTP/1.1 403")
                    .endsWith("RBAC: access denied"));
  }

  /** The attacks that succeed. */
  private List<String> told() throws IOException {
    List<String> told = new ArrayList<>();
    for (String target : TARGETS) {
      add(told, target, "guarded", "a: b");
    }
    for (String header : HEADERS) {
      add(told, "/", "guarded", header);
    }
    for (String host : HOSTS) {
      add(told, "/", host, "a: b");
    }
    for (String early : EARLY) {
      String both = early + "\r\n\r\nGET /admin HTTP/1.1\r\nHost: guarded\r\n";
      if (exchange(both + "Connection: close\r\n\r\n").contains("SECRET")) {
        told.add(early);
      }
    }
    return told;
  }

  private void add(List<String> told, String target, String host, String header)
      throws IOException {
    if (ask(target, host, header).contains("SECRET")) {
      told.add(target + " " + host + " " + header);
    }
  }

  /** What is answered to these bytes; empty where nothing is. */
  private String ask(String target, String host, String header) throws IOException {
    return exchange(
        "GET "
            + target
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\n"
            + header
            + "\r\nConnection: close\r\n\r\n");
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
