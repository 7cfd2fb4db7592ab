package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has got around the policies of others in HTTP/2 and gRPC, frame by frame. */
class GrpcAttackTest {

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

  private static final String DENY =
      POLICY.formatted(
          "DENY",
          """
          - to: [{operation: {paths: [/shop.Guarded/Secret, /probe/Deny]}}]
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
                  notPaths: [/shop.Guarded/Secret, /probe/Allow]
                  notHosts: [secret.com]
              when: [{key: "request.headers[x-key]", notValues: [open]}]
          """
              .strip());

  private static final String SECRET = "/shop.Guarded/Secret";
  private static final String OTHER = "/shop.Guarded/Other";

  private final Mesh mesh = new Mesh();
  private ManagedChannel channel;
  private int port;

  @AfterEach
  void stop() {
    if (channel != null) {
      channel.shutdownNow();
    }
    mesh.close();
  }

  /** Of each attack all header fields, in their order. */
  private static List<List<Entry<String, String>>> attacks() {
    List<List<Entry<String, String>>> attacks = new ArrayList<>();
    for (String path :
        List.of(
            SECRET,
            "shop.Guarded/Secret",
            "//shop.Guarded/Secret",
            "/shop.Guarded//Secret",
            "/x/../shop.Guarded/Secret",
            "/./shop.Guarded/Secret",
            "/shop.Guarded/Secret?x",
            "/shop.Guarded/Secret?",
            "/shop.Guarded/Secret#x",
            "/shop.Guarded/Secret;x=y",
            "/shop.Guarded;x/Secret",
            "/shop.Guarded/%53ecret",
            "/shop.Guarded%2FSecret",
            "/shop.Guarded\\Secret",
            "/shop.Guarded/Secret/",
            "/shop.Guarded/Secret\u0000",
            "/shop.Guarded/Secret\r\nx: y",
            " /shop.Guarded/Secret",
            "http://guarded/shop.Guarded/Secret",
            "*",
            "")) {
      attacks.add(fields("POST", "http", path, "guarded"));
    }
    for (String scheme : List.of("htTps", "https", "", "ftp")) {
      attacks.add(fields("POST", scheme, SECRET, "guarded"));
    }
    for (String method : List.of("GET", "post", "POST ", "PO\u0000ST", "CONNECT", "")) {
      attacks.add(fields(method, "http", SECRET, "guarded"));
    }
    for (String host : List.of("secret.com", "Secret.com", "secret.com:8080", "secret.com.")) {
      attacks.add(fields("POST", "http", OTHER, host));
      attacks.add(fields("POST", "http", OTHER, "guarded", "host", host));
      attacks.add(fields("POST", "http", OTHER, host, "host", "guarded"));
      attacks.add(fields("POST", "http", OTHER, "guarded", "host", "a", "host", host));
      attacks.add(fields("POST", "http", OTHER, "guarded", ":authority", host));
      attacks.add(fields("POST", "http", OTHER, host, ":authority", "guarded"));
    }
    for (String timeout : List.of("99999999H", "999999999999999H", "-1S", "1x", "")) {
      attacks.add(fields("POST", "http", SECRET, "guarded", "grpc-timeout", timeout));
    }
    attacks.add(fields("POST", "http", OTHER, "guarded", ":path", SECRET));
    attacks.add(fields("POST", "http", SECRET, "guarded", ":path", OTHER));
    attacks.add(fields("POST", "http", OTHER, "guarded", "x-key", "open"));
    attacks.add(fields("POST", "http", OTHER, "guarded", "X-Key", "open"));
    attacks.add(fields("POST", "http", OTHER, "guarded", "x-key", "shut", "x-key", "open"));
    attacks.add(fields("POST", "http", OTHER, "guarded", "x-key", "open", "x-key", "shut"));
    attacks.add(fields("POST", "http", OTHER, "guarded", "x-key", "open", "x-key", "open"));
    attacks.add(fields("POST", "http", OTHER, "guarded", "x-key", "open "));
    attacks.add(fields("POST", "http", OTHER, "guarded", "x-key", "\topen"));
    attacks.add(fields("POST", "http", OTHER, "guarded", "x-key ", "open"));
    attacks.add(fields("POST", "http", OTHER, "guarded", "connection", "x-key", "x-key", "open"));
    return attacks;
  }

  private static List<Entry<String, String>> fields(
      String method, String scheme, String path, String authority, String... more) {
    List<Entry<String, String>> fields = new ArrayList<>();
    fields.add(Map.entry(":method", method));
    fields.add(Map.entry(":scheme", scheme));
    fields.add(Map.entry(":path", path));
    fields.add(Map.entry(":authority", authority));
    for (int i = 0; i < more.length; i += 2) {
      boolean isPseudo = more[i].startsWith(":");
      fields.add(isPseudo ? 4 : fields.size(), Map.entry(more[i], more[i + 1]));
    }
    fields.add(Map.entry("content-type", "application/grpc"));
    fields.add(Map.entry("te", "trailers"));
    return fields;
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "netty-shaded"})
  void nothingGetsAroundAPolicy(String transport) throws IOException {
    mesh.configure("service.yaml", Yaml.service("guarded").replace("name: http", "name: grpc"));
    port = mesh.start("guarded", "v1", Map.of(), GrpcGuarded.class, transport).port();
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    assertThat(told()).as("that reach the secret without a policy").hasSizeGreaterThan(10);
    mesh.configure("policy.yaml", DENY);
    awaitRefusal("probe/Deny");
    assertThat(told()).isEmpty();
    othersAreServed();
    mesh.configure("policy.yaml", ALLOW);
    awaitRefusal("probe/Allow");
    assertThat(told()).isEmpty();
    othersAreServed();
  }

  /** The attacks that succeed. */
  private List<String> told() throws IOException {
    List<String> told = new ArrayList<>();
    for (List<Entry<String, String>> attack : attacks()) {
      if (RawHttp2.call(port, attack).contains("SECRET")) {
        told.add(attack.toString());
      }
    }
    return told;
  }

  private void othersAreServed() throws IOException {
    for (String method : List.of("shop.Guarded/Other", "shop.Guarded/Secretary", "a/b")) {
      assertThat(ask(method)).as(method).isEqualTo("public");
    }
    List<Entry<String, String>> plain = fields("POST", "http", OTHER, "guarded", "x-key", "shut");
    assertThat(RawHttp2.call(port, plain)).endsWith("public");
  }

  private String ask(String method) {
    return ClientCalls.blockingUnaryCall(
        channel, GrpcGuarded.method(method), GrpcGuarded.options(), "");
  }

  private void awaitRefusal(String method) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              try {
                return ask(method).isEmpty();
              } catch (StatusRuntimeException e) {
                return e.getStatus().getCode() == Status.Code.PERMISSION_DENIED
                    && String.valueOf(e.getMessage()).endsWith("RBAC: access denied");
              }
            });
  }
}
