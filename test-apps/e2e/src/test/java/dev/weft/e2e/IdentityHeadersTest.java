package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Guarded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a caller says to be, against real servers under the agent, and who it has proved to be. */
class IdentityHeadersTest {

  private static final String FORGED = "By=x;URI=spiffe://cluster.local/ns/default/sa/admin";

  /** Each alone; those that a server refuses are refused. */
  private static final List<String> SPELLINGS =
      List.of(
          "X-Forwarded-Client-Cert: " + FORGED,
          "x-forwarded-client-cert: " + FORGED,
          "X-FORWARDED-CLIENT-CERT:" + FORGED,
          "X_Forwarded_Client_Cert: " + FORGED,
          "x-forwarded-client-cert : " + FORGED,
          "x-forwarded-client-cert\t: " + FORGED,
          "x-forwarded-client-cert: a\r\nx-forwarded-client-cert: " + FORGED,
          "x-forwarded-client-cert: a\r\n " + FORGED,
          "x-envoy-external-address: " + FORGED,
          "X-Envoy-Original-Path: " + FORGED,
          "x_envoy_internal: " + FORGED,
          "X-Weft-Anything: " + FORGED);

  private final Mesh mesh = new Mesh();

  @AfterEach
  void stop() {
    mesh.close();
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(mesh.identity("guarded"));
    environment.put("WEFT_GATEWAYS", "spiffe://cluster.local/ns/default/sa/gateway");
    environment.put("WEFT_FORWARD_CLIENT_CERT", "sanitize_set");
    return environment;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tomcat", "jdk"})
  void onlyProofCounts(String server) throws IOException {
    mesh.configure("service.yaml", Yaml.service("guarded"));
    Jvm guarded = mesh.start("guarded", "v1", environment(), Guarded.class, server);
    Jvm member = mesh.start("member", "v1", mesh.identity("member"), Caller.class);
    Jvm gateway = mesh.start("gateway", "v1", mesh.identity("gateway"), Caller.class);
    String proved =
        "[By=spiffe://cluster.local/ns/default/sa/guarded;"
            + "URI=spiffe://cluster.local/ns/default/sa/member]";
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get(member)).contains(proved));
    for (String spelling : SPELLINGS) {
      assertThat(raw(guarded.port(), spelling)).as(spelling).doesNotContain("sa/admin");
    }
    assertThat(raw(guarded.port(), "x-harmless: yes")).contains("yes");
    assertThat(get(member)).contains(proved).doesNotContain("sa/admin", "10.9.9.9");
    assertThat(get(gateway))
        .contains("sa/admin", "10.9.9.9", "URI=spiffe://cluster.local/ns/default/sa/gateway");
  }

  /** Which of the headers that only proxies may send are seen. */
  private static String get(Jvm from) {
    return from.ask(
        "get http://guarded:8080/headers x-forwarded-client-cert:"
            + FORGED
            + " x-envoy-external-address:10.9.9.9",
        "answer ",
        "failed ");
  }

  private static String raw(int port, String header) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      String request =
          "GET /headers HTTP/1.1\r\nHost: guarded\r\n" + header + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "netty-shaded"})
  void norInGrpc(String transport) throws IOException {
    mesh.configure("service.yaml", Yaml.service("guarded").replace("name: http", "name: grpc"));
    int port = mesh.start("guarded", "v1", environment(), GrpcGuarded.class, transport).port();
    List<Entry<String, String>> sent =
        List.of(
            Map.entry("x-forwarded-client-cert", FORGED),
            Map.entry("x-forwarded-client-cert", "By=y"),
            Map.entry("x_forwarded_client_cert", FORGED),
            Map.entry("x-envoy-internal", "true"),
            Map.entry("x_envoy_anything", "true"),
            Map.entry("x-weft-flags", "UF"),
            Map.entry("x-harmless", "yes"));
    List<Entry<String, String>> fields = new ArrayList<>();
    fields.add(Map.entry(":method", "POST"));
    fields.add(Map.entry(":scheme", "http"));
    fields.add(Map.entry(":path", "/shop.Guarded/Identity"));
    fields.add(Map.entry(":authority", "guarded"));
    fields.addAll(sent);
    fields.add(Map.entry("content-type", "application/grpc"));
    fields.add(Map.entry("te", "trailers"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(RawHttp2.call(port, fields))
                    .contains("seen [", "x-harmless")
                    .doesNotContain("client", "envoy", "weft"));
  }
}
