package dev.weft.e2e.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.Jvm;
import dev.weft.e2e.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of servers and clients that are nobody of the mesh: each its own authority. */
final class Keytool {

  private static final String PASSWORD = "weft-test";
  private static final String ALIAS = "own";

  private final Path folder;

  Keytool(Path folder) {
    this.folder = folder;
  }

  /**
   * A key and its certificate.
   *
   * @param pem the certificate
   */
  record Pair(Path store, Path pem) {}

  /** Valid for these days from yesterday on. */
  Pair make(String file, String dns, int days) {
    Path store = folder.resolve(file + ".p12");
    Path pem = folder.resolve(file + ".pem");
    List<String> names =
        List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + file);
    List<String> life =
        List.of("-ext", "san=dns:" + dns, "-startdate", "-2d", "-validity", String.valueOf(days));
    List<String> made = new ArrayList<>(names);
    made.addAll(life);
    run(store, made);
    run(store, List.of("-exportcert", "-rfc", "-file", pem.toString()));
    return new Pair(store, pem);
  }

  private static void run(Path store, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Layout.tool("keytool"));
    command.addAll(words);
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of("-alias", ALIAS));
    try (Jvm tool = Jvm.command("keytool", Map.of(), command)) {
      int exit = tool.exit();
      assertThat(exit).as(String.join("\n", tool.output())).isZero();
    }
  }

  /** A store in which a JVM finds these as authorities. */
  Path trust(String file, Pair... pairs) {
    Path store = folder.resolve(file + ".p12");
    for (Pair pair : pairs) {
      List<String> command = new ArrayList<>();
      command.addAll(List.of(Layout.tool("keytool"), "-importcert", "-noprompt"));
      command.addAll(List.of("-alias", pair.pem().getFileName().toString()));
      command.addAll(List.of("-file", pair.pem().toString(), "-keystore", store.toString()));
      command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
      try (Jvm tool = Jvm.command("keytool", Map.of(), command)) {
        int exit = tool.exit();
        assertThat(exit).as(String.join("\n", tool.output())).isZero();
      }
    }
    return store;
  }

  /** What tells a JVM of such a store. */
  static String trusting(Path store) {
    return "-Djavax.net.ssl.trustStore="
        + store
        + " -Djavax.net.ssl.trustStorePassword="
        + PASSWORD;
  }

  private static KeyStore load(Path store) throws GeneralSecurityException, IOException {
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, PASSWORD.toCharArray());
    }
    return loaded;
  }

  /**
   * A server's side.
   *
   * @param clients whom it trusts; none: it asks nobody
   */
  static SSLContext context(Pair own, Pair... clients)
      throws GeneralSecurityException, IOException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(load(own.store()), PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (Pair client : clients) {
      Certificate root = load(client.store()).getCertificate(ALIAS);
      trusted.setCertificateEntry(String.valueOf(trusted.size()), root);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        keys.getKeyManagers(), clients.length == 0 ? null : trust.getTrustManagers(), null);
    return context;
  }

  /** Puts certificate and key where a client's rule looks for them, each at once. */
  void publish(Pair pair, Path certificate, Path key) throws GeneralSecurityException, IOException {
    Key secret = load(pair.store()).getKey(ALIAS, PASSWORD.toCharArray());
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(secret.getEncoded());
    replace(key, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    replace(certificate, Files.readString(pair.pem()));
  }

  private void replace(Path file, String text) throws IOException {
    Path draft = Files.writeString(folder.resolve("draft"), text);
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
