package dev.weft.testapps.bench.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS 1.3 as an application configures it for itself. Settings: {@code KEYSTORE} (none:
 * plaintext) and {@code KEYSTORE_PASSWORD}; who is in that store is trusted.
 */
final class Tls {

  private static final String PROTOCOL = "TLSv1.3";
  private static final String CIPHER = "TLS_AES_128_GCM_SHA256";

  private final String keystore;
  private final String password;

  private Tls(String keystore, String password) {
    this.keystore = keystore;
    this.password = password;
  }

  static @Nullable Tls configured() {
    String keystore = System.getenv("KEYSTORE");
    return keystore == null ? null : new Tls(keystore, System.getenv("KEYSTORE_PASSWORD"));
  }

  void secure(Connector connector) {
    SSLHostConfig host = new SSLHostConfig();
    host.setCertificateVerification("required");
    host.setProtocols(PROTOCOL);
    host.setCiphers(CIPHER);
    host.setTruststoreFile(keystore);
    host.setTruststorePassword(password);
    SSLHostConfigCertificate own =
        new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.EC);
    own.setCertificateKeystoreFile(keystore);
    own.setCertificateKeystorePassword(password);
    host.addCertificate(own);
    connector.setProperty("SSLEnabled", "true");
    connector.setSecure(true);
    connector.setScheme("https");
    connector.addSslHostConfig(host);
  }

  SSLContext context() {
    try (InputStream in = Files.newInputStream(Path.of(keystore))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password.toCharArray());
      KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
      keys.init(store, password.toCharArray());
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("KEYSTORE: " + keystore + ": " + e.getMessage(), e);
    }
  }
}
