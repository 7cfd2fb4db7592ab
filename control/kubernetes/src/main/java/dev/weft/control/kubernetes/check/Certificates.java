package dev.weft.control.kubernetes.check;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** PEM, and how long what is in it holds. */
final class Certificates {

  private Certificates() {}

  static List<X509Certificate> parse(String pem) throws CertificateException {
    InputStream in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
    List<X509Certificate> parsed = new ArrayList<>();
    for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
      if (each instanceof X509Certificate certificate) {
        parsed.add(certificate);
      }
    }
    return parsed;
  }

  /** How it is by its end: over, soon, or later. */
  static Check.Status status(Instant end, Instant now, Duration soon) {
    if (!end.isAfter(now)) {
      return Check.Status.FAILURE;
    }
    return end.isBefore(now.plus(soon)) ? Check.Status.WARNING : Check.Status.OK;
  }

  /** {@code expires in 9 days}, {@code expired 3 hours ago}. */
  static String expiry(Instant end, Instant now) {
    Duration left = Duration.between(now, end);
    Duration size = left.abs();
    String text =
        size.toDays() > 1
            ? size.toDays() + " days"
            : String.format(Locale.ROOT, "%d h %d min", size.toHours(), size.toMinutesPart());
    return left.isNegative() ? "expired " + text + " ago" : "expires in " + text;
  }
}
