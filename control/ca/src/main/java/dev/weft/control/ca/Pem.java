package dev.weft.control.ca;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** RFC 7468. */
final class Pem {

  static final String PRIVATE_KEY = "PRIVATE KEY";
  static final String CERTIFICATE = "CERTIFICATE";

  /** More than any bundle has. */
  private static final int MOST = 64;

  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() {}

  static String write(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + LINES.encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  static String write(X509Certificate certificate) {
    try {
      return write(CERTIFICATE, certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a certificate that cannot be written", e);
    }
  }

  /**
   * The first block of a label.
   *
   * @throws IllegalArgumentException where there is none, or it is not base64
   */
  static byte[] read(String text, String label) {
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    int from = text.indexOf(begin);
    int to = from < 0 ? -1 : text.indexOf(end, from);
    if (to < 0) {
      throw new IllegalArgumentException("no PEM block " + label);
    }
    String body = text.substring(from + begin.length(), to).replaceAll("\\s", "");
    try {
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the PEM block " + label + " is not base64", e);
    }
  }

  static X509Certificate certificate(String text) throws GeneralSecurityException {
    byte[] der = read(text, CERTIFICATE);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /**
   * All certificates of a text, in order.
   *
   * @throws GeneralSecurityException one cannot be read
   */
  static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
    List<X509Certificate> all = new ArrayList<>();
    String begin = "-----BEGIN " + CERTIFICATE + "-----";
    for (int at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at + 1)) {
      if (all.size() == MOST) {
        throw new GeneralSecurityException("more than " + MOST + " certificates");
      }
      try {
        all.add(certificate(text.substring(at)));
      } catch (IllegalArgumentException e) {
        throw new GeneralSecurityException(e.getMessage(), e);
      }
    }
    return all;
  }
}
