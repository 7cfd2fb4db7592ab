package dev.weft.instrumentation.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Keys for origins and clients that speak TLS, in the folder {@code contract.keys}: an origin good
 * for {@code *.mesh.test} and this machine, a client, and whom both trust.
 */
public final class Keys {

  /** Of every key store. */
  public static final String PASSWORD = "contract";

  private static final Path FOLDER = Path.of(System.getProperty("contract.keys", ""));

  private Keys() {}

  /** The key store of an origin. */
  public static Path origin() {
    return FOLDER.resolve("origin.p12");
  }

  /** TLS as an origin speaks it, which knows clients by their certificates. */
  public static SSLContext server() {
    return context("origin.p12");
  }

  /** TLS of a client that has a certificate. */
  public static SSLContext client() {
    return context("client.p12");
  }

  /** The client's certificate. */
  public static Certificate clientCertificate() {
    try {
      return load("client.p12").getCertificate("client");
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static SSLContext context(String own) {
    try {
      KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
      keys.init(load(own), PASSWORD.toCharArray());
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(load("trust.p12"));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyStore load(String name) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(FOLDER.resolve(name))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }
}
