package dev.weft.instrumentation.sockets.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A workload's key, its certificate and the root it trusts.
 *
 * @param root whom this workload trusts
 */
public record Credentials(PrivateKey key, X509Certificate certificate, X509Certificate root) {

  private static final char[] PASSWORD = {};

  /** The same, trusting another root. */
  public Credentials trusting(X509Certificate other) {
    return new Credentials(key, certificate, other);
  }

  /** A context of the JDK's own TLS. */
  public SSLContext context() throws GeneralSecurityException, IOException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("own", key, PASSWORD, new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(own, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust(root).getTrustManagers(), null);
    return context;
  }

  /** A context without a certificate. */
  public static SSLContext anonymous(X509Certificate root)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust(root).getTrustManagers(), null);
    return context;
  }

  private static TrustManagerFactory trust(X509Certificate root)
      throws GeneralSecurityException, IOException {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", root);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(roots);
    return trust;
  }

  /** Writes {@code NAME.key}, {@code NAME.crt} and {@code NAME.ca} as PEM. */
  public void write(Path folder, String name) throws IOException, CertificateEncodingException {
    Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
    Files.writeString(folder.resolve(name + ".crt"), pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(folder.resolve(name + ".ca"), pem("CERTIFICATE", root.getEncoded()));
  }

  /** Reads what {@link #write} has written. */
  public static Credentials read(Path folder, String name)
      throws IOException, GeneralSecurityException {
    byte[] key = unpem(folder.resolve(name + ".key"));
    return new Credentials(
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
        certificate(folder.resolve(name + ".crt")),
        certificate(folder.resolve(name + ".ca")));
  }

  private static X509Certificate certificate(Path file)
      throws IOException, GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(unpem(file)));
  }

  private static String pem(String type, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
  }

  private static byte[] unpem(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    String lines = text.replaceAll("-----[A-Z ]+-----", "");
    return Base64.getMimeDecoder().decode(lines);
  }
}
