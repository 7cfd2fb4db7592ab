package dev.weft.xds.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that name identities, each its own root, made by the JDK's keytool. */
final class TestIdentities {

  private static final char[] PASSWORD = "password".toCharArray();
  private static final String SERVER = "server";

  private final KeyStore store;
  private final List<String> names;

  private TestIdentities(KeyStore store, List<String> names) {
    this.store = store;
    this.names = names;
  }

  static TestIdentities make(Path folder, List<String> names)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path file = folder.resolve("identities.p12");
    generate(file, SERVER, "dns:localhost");
    for (int i = 0; i < names.size(); i++) {
      generate(file, alias(i), "uri:" + names.get(i));
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return new TestIdentities(store, names);
  }

  private static String alias(int index) {
    return "client-" + index;
  }

  private static void generate(Path file, String alias, String name)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname"));
    command.addAll(List.of("secp256r1", "-dname", "CN=" + alias, "-ext", "san=" + name));
    command.addAll(List.of("-keystore", file.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", new String(PASSWORD)));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new AssertionError(output);
    }
  }

  String serverCertificate() {
    return pem(SERVER);
  }

  String serverKey() {
    try {
      return encoded("PRIVATE KEY", store.getKey(SERVER, PASSWORD).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Everybody's certificate. */
  String trusted() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      all.append(pem(alias(i)));
    }
    return all.toString();
  }

  private String pem(String alias) {
    try {
      return encoded("CERTIFICATE", store.getCertificate(alias).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String what, byte[] bytes) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
  }

  /** Connects as one of them. */
  SSLSocket connect(int index, int port) throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    Certificate[] chain = store.getCertificateChain(alias(index));
    own.setKeyEntry("own", store.getKey(alias(index), PASSWORD), PASSWORD, chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(SERVER, store.getCertificate(SERVER));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return (SSLSocket)
        context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
  }
}
