package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import dev.weft.e2e.app.Caller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that asks by http, and servers to which a DestinationRule says to speak TLS. */
class OriginationTest {

  @TempDir Path folder;

  private final OutsideHosts outside = new OutsideHosts();
  private Keytool keytool;
  private Mesh mesh;
  private Jvm caller;

  @BeforeEach
  void start() {
    keytool = new Keytool(folder);
    mesh = new Mesh();
    caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);
  }

  @AfterEach
  void stop() {
    mesh.close();
    outside.close();
  }

  private int serve(SSLContext context, boolean asks) throws IOException {
    return outside.https(context, asks);
  }

  /** A host at port 80, which is served by TLS at another. */
  private void host(String host, int port, String tls) {
    mesh.configure(host + ".yaml", OutsideHosts.host(host, "HTTP", "127.0.0.1:" + port, tls));
  }

  private String get(String host) {
    return caller.ask("get http://" + host + "/", "answer ", "failed ");
  }

  private void await(String host, String... words) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(get(host)).contains(words));
  }

  @Test
  void eachServerIsWhoItMustBe() throws Exception {
    Keytool.Pair good = keytool.make("good", "*.example.com", 30);
    Keytool.Pair foreign = keytool.make("foreign", "foreign.example.com", 30);
    Keytool.Pair expired = keytool.make("expired", "expired.example.com", 1);
    int port = serve(Keytool.context(good), false);
    host("api.example.com", port, "{mode: SIMPLE, caCertificates: %s}".formatted(good.pem()));
    await("api.example.com", "answer 200 name=api.example.com");

    // Two hosts of one address must want the same of it: these have servers of their own.
    host(
        "wrong.name.com",
        serve(Keytool.context(good), false),
        "{mode: SIMPLE, caCertificates: %s}".formatted(good.pem()));
    host(
        "foreign.example.com",
        serve(Keytool.context(foreign), false),
        "{mode: SIMPLE, caCertificates: %s}".formatted(good.pem()));
    host("public.example.com", serve(Keytool.context(good), false), "{mode: SIMPLE}");
    host(
        "expired.example.com",
        serve(Keytool.context(expired), false),
        "{mode: SIMPLE, caCertificates: %s}".formatted(expired.pem()));
    host(
        "absent.example.com",
        serve(Keytool.context(good), false),
        "{mode: SIMPLE, caCertificates: /nowhere/ca.pem}");
    await("wrong.name.com", "answer 503", "certificate names: [*.example.com] (expected: one of");
    await("foreign.example.com", "answer 503", "certificate chain: leads to none of " + good.pem());
    await("public.example.com", "answer 503", "none of the authorities that this JVM trusts");
    await("expired.example.com", "answer 503", "certificate: has expired");
    await("absent.example.com", "answer 503", "/nowhere/ca.pem: there is no such file");

    // What is allowed is changed while everything runs.
    host(
        "wrong.name.com",
        serve(Keytool.context(good), false),
        "{mode: SIMPLE, caCertificates: %s, sni: own.sni, subjectAltNames: [any.example.com]}"
            .formatted(good.pem()));
    await("wrong.name.com", "answer 200 name=own.sni");

    // TLS of the application's own is not wrapped, and is verified by the application.
    assertThat(caller.ask("get https://localhost:" + port + "/", "answer ", "failed "))
        .contains("SSLHandshakeException")
        .doesNotContain("mesh:");
  }

  @Test
  void presentsTheClientsCertificateOfTheMoment() throws Exception {
    Keytool.Pair server = keytool.make("server", "api.example.com", 30);
    Keytool.Pair first = keytool.make("first", "first.client", 30);
    Keytool.Pair second = keytool.make("second", "second.client", 30);
    Path certificate = folder.resolve("client.pem");
    Path key = folder.resolve("client.key");
    keytool.publish(first, certificate, key);
    int port = serve(Keytool.context(server, first, second), true);
    String tls =
        "{mode: MUTUAL, caCertificates: %s, clientCertificate: %s, privateKey: %s}"
            .formatted(server.pem(), certificate, key);
    host("api.example.com", port, tls);
    await("api.example.com", "answer 200 name=api.example.com client=CN=first");
    keytool.publish(second, certificate, key);
    await("api.example.com", "answer 200 name=api.example.com client=CN=second");

    host("api.example.com", port, "{mode: SIMPLE, caCertificates: %s}".formatted(server.pem()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(get("api.example.com")).startsWith("answer 503"));
  }
}
