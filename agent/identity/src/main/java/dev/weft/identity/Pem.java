package dev.weft.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The textual encoding of certificates and requests (RFC 7468). */
final class Pem {

  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";

  /** A chain has two or three. */
  private static final int MOST = 64;

  private Pem() {}

  static String of(String label, byte[] der) {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
    return "-----BEGIN "
        + label
        + "-----\n"
        + encoder.encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /**
   * All certificates of a text, in order.
   *
   * @throws CertificateException there is none, or one cannot be read
   */
  static List<X509Certificate> certificates(String text) throws CertificateException {
    return certificates(text, MOST);
  }

  /**
   * Likewise, of a text that may hold more.
   *
   * @param most certificates
   */
  static List<X509Certificate> certificates(String text, int most) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> all = new ArrayList<>();
    int at = text.indexOf(BEGIN);
    while (at >= 0) {
      int end = text.indexOf(END, at);
      if (end < 0 || all.size() == most) {
        throw new CertificateException(
            end < 0 ? "a certificate without its end" : "more than " + most + " certificates");
      }
      byte[] one = text.substring(at, end + END.length()).getBytes(StandardCharsets.US_ASCII);
      all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(one)));
      at = text.indexOf(BEGIN, end);
    }
    if (all.isEmpty()) {
      throw new CertificateException("no certificate (expected: " + BEGIN + ")");
    }
    return all;
  }
}
