package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.app.Caller;
import dev.weft.e2e.app.Echo;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mesh whose certificates are signed by an authority that its operator has plugged in. */
class PlugInAuthorityTest {

  private static final String PASSWORD = "weft-test";
  private static final String ROOT = "Test Root";

  @TempDir Path folder;
  private Path given;
  private Mesh mesh;
  private Jvm echo;
  private Jvm caller;

  @AfterEach
  void stop() {
    mesh.close();
  }

  @Test
  void itsFilesAreFollowedWhileTheMeshWorks() throws Exception {
    make("root", ROOT, "bc:critical=ca:true,pathlen:1");
    intermediate("first");
    intermediate("second");
    given = Files.createDirectory(folder.resolve("given"));
    give("first");
    mesh = new Mesh("--ca", given.toString(), "--certificate-life", "6s");
    mesh.configure("service.yaml", Yaml.service("echo"));
    mesh.configure("strict.yaml", Yaml.STRICT);
    echo = mesh.start("echo", "v1", mesh.identity("echo"), Echo.class, "one", "0", "20");
    caller = mesh.start("caller", "v1", mesh.identity("caller"), Caller.class);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                caller.ask("get http://echo:8080/", "answer ", "failed ").startsWith("answer 200"));
    assertThat(signers()).containsExactly("CN=first", "CN=" + ROOT);

    caller.ask("load 2 http://echo:8080/", "loading");
    give("second");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(signers()).containsExactly("CN=second", "CN=" + ROOT));
    // A key that is none of this certificate's: nothing changes, and it is said.
    replace("ca-key.pem", key("first"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> mesh.statusNow().contains("ca-key.pem"));
    Tally tally = Tally.of(caller.ask("stop", "tally "));
    System.out.println("an authority replaced under load: " + tally);
    assertThat(tally.failures()).as("%s", tally).isZero();
    assertThat(tally.from("one")).isPositive();
    assertThat(signers()).containsExactly("CN=second", "CN=" + ROOT);
  }

  /** Who has signed what the workload shows, the nearest first. */
  private List<String> signers() throws IOException, GeneralSecurityException {
    AtomicReference<X509Certificate[]> shown = new AtomicReference<>(new X509Certificate[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Looking(shown)}, new SecureRandom());
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), echo.port())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"weft"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    } catch (SSLHandshakeException e) {
      // It wants a certificate of ours, after it has shown its own.
    }
    return Arrays.stream(shown.get()).map(it -> it.getIssuerX500Principal().getName()).toList();
  }

  /** Trusts everybody, and remembers what was shown. */
  private record Looking(AtomicReference<X509Certificate[]> shown) implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new IllegalStateException("a client's side alone");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      shown.set(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Puts the files of an authority where the mesh looks, one after the other. */
  private void give(String name) throws IOException, GeneralSecurityException {
    String root = Files.readString(folder.resolve("root.pem"));
    String own = Files.readString(folder.resolve(name + ".pem"));
    replace("root-cert.pem", root);
    replace("cert-chain.pem", own + root);
    replace("ca-key.pem", key(name));
    replace("ca-cert.pem", own);
  }

  private void replace(String file, String text) throws IOException {
    Path draft = Files.writeString(folder.resolve("draft"), text);
    Files.move(
        draft,
        given.resolve(file),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private String key(String name) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(store.getKey(name, PASSWORD.toCharArray()).getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
  }

  private void make(String name, String commonName, String constraints) {
    keytool(
        name,
        "-genkeypair -keyalg EC -groupname secp256r1 -validity 30 -ext ku:critical=keyCertSign",
        List.of("-dname", "CN=" + commonName, "-ext", constraints));
    keytool(name, "-exportcert -rfc", List.of("-file", folder.resolve(name + ".pem").toString()));
  }

  private void intermediate(String name) {
    make(name, name, "bc:critical=ca:true,pathlen:0");
    String request = folder.resolve(name + ".csr").toString();
    String signed = folder.resolve(name + ".pem").toString();
    keytool(name, "-certreq", List.of("-file", request));
    keytool(
        "root",
        "-gencert -rfc -validity 30 -ext ku:critical=keyCertSign",
        List.of("-infile", request, "-outfile", signed, "-ext", "bc:critical=ca:true,pathlen:0"));
  }

  private void keytool(String name, String words, List<String> more) {
    List<String> command = new ArrayList<>();
    command.add(Layout.tool("keytool"));
    command.addAll(List.of(words.split(" ")));
    command.addAll(more);
    command.addAll(List.of("-alias", name, "-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", folder.resolve(name + ".p12").toString()));
    try (Jvm tool = Jvm.command("keytool", Map.of(), command)) {
      int exit = tool.exit();
      assertThat(exit).as(String.join("\n", tool.output())).isZero();
    }
  }
}
