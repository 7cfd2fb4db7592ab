package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Mesh;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS that begins in the calling process, beneath libraries that know nothing of it. */
class OriginationClientsTest {

  @TempDir Path folder;

  private final OutsideHosts outside = new OutsideHosts();
  private Keytool keytool;
  private Mesh mesh;
  private Jvm caller;
  private Path certificate;
  private Path key;

  @BeforeEach
  void start() throws Exception {
    keytool = new Keytool(folder);
    mesh = new Mesh();
    caller = mesh.start("caller", "v1", mesh.identity("caller"), OtherClients.class);
    certificate = folder.resolve("client.pem");
    key = folder.resolve("client.key");
  }

  @AfterEach
  void stop() {
    mesh.close();
    outside.close();
  }

  private void await(String question, String... words) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(caller.ask(question, "answer ")).contains(words));
  }

  /** A host that is looked up, and one with an address, have their own server each. */
  @Test
  void httpUrlConnection() throws Exception {
    Keytool.Pair server = keytool.make("server", "*.example.com", 30);
    Keytool.Pair client = keytool.make("client", "first.client", 30);
    keytool.publish(client, certificate, key);
    String simple = "{mode: SIMPLE, caCertificates: %s}".formatted(server.pem());
    String mutual =
        "{mode: MUTUAL, caCertificates: %s, clientCertificate: %s, privateKey: %s}"
            .formatted(server.pem(), certificate, key);
    host("named.example.com", "localhost:" + outside.https(Keytool.context(server), false), simple);
    host(
        "mutual.example.com",
        "localhost:" + outside.https(Keytool.context(server, client), true),
        mutual);
    host("fixed.example.com", "127.0.0.1:" + outside.https(Keytool.context(server), false), simple);
    host("wrong.name.com", "localhost:" + outside.https(Keytool.context(server), false), simple);
    await("url http://named.example.com/", "answer 200 name=named.example.com");
    await("url http://mutual.example.com/", "answer 200 name=mutual.example.com client=CN=client");
    await("url http://fixed.example.com/", "answer 200 name=fixed.example.com");
    await("url http://wrong.name.com/", "answer 503", "(expected: one of");
  }

  private void host(String host, String at, String tls) {
    mesh.configure(host + ".yaml", OutsideHosts.host(host, "HTTP", at, tls));
  }

  @Test
  void grpc() throws Exception {
    Keytool.Pair server = keytool.make("server", "*.example.com", 30);
    Path serverCertificate = folder.resolve("server-chain.pem");
    Path serverKey = folder.resolve("server.key");
    keytool.publish(server, serverCertificate, serverKey);
    Keytool.Pair client = keytool.make("client", "first.client", 30);
    keytool.publish(client, certificate, key);
    String tls =
        "{mode: MUTUAL, caCertificates: %s, clientCertificate: %s, privateKey: %s}"
            .formatted(server.pem(), certificate, key);
    String simple = "{mode: SIMPLE, caCertificates: %s}".formatted(client.pem());
    for (String host : new String[] {"api.example.com", "fixed.example.com", "foreign.name.com"}) {
      int port = outside.grpc(serverCertificate, serverKey, client.pem());
      String at = (host.startsWith("fixed") ? "127.0.0.1:" : "localhost:") + port;
      String how = host.startsWith("foreign") ? simple : tls;
      mesh.configure(host + ".yaml", OutsideHosts.host(host, "GRPC", at, how));
    }
    await("grpc api.example.com:80", "answer OK hello to api.example.com:80 by CN=client");
    await("grpc fixed.example.com:80", "answer OK hello to fixed.example.com:80 by CN=client");
    await("grpc foreign.name.com:80", "answer UNAVAILABLE", "certificate chain: leads to none of");
  }
}
