package dev.weft.control.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The certificates of a PEM file, for people; whatever else is there is passed over. */
final class CertificateFile {

  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

  private CertificateFile() {}

  /**
   * One certificate.
   *
   * @param names URIs and others
   * @param kind {@code workload}, {@code authority} or {@code root}
   * @param problem what is wrong with it, or with what follows it in the file; null: nothing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Described(
      String file,
      List<String> names,
      String subject,
      String issuer,
      String serial,
      String from,
      String expires,
      String kind,
      @Nullable String problem) {}

  /**
   * All certificates of a file, in order.
   *
   * @throws IOException there is none, or one cannot be read
   */
  static List<Described> describe(Path file) throws IOException {
    List<X509Certificate> all = new ArrayList<>();
    Matcher blocks = CERTIFICATE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    try {
      while (blocks.find()) {
        byte[] block = blocks.group().getBytes(StandardCharsets.ISO_8859_1);
        all.add(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block)));
      }
    } catch (CertificateException e) {
      throw new IOException(file + ": " + e.getMessage() + " (expected: certificates, PEM)", e);
    }
    if (all.isEmpty()) {
      throw new IOException(file + ": no certificate (expected: -----BEGIN CERTIFICATE-----)");
    }
    List<Described> described = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      described.add(describe(file, all.get(i), i + 1 < all.size() ? all.get(i + 1) : null));
    }
    return described;
  }

  private static Described describe(Path file, X509Certificate it, @Nullable X509Certificate next) {
    return new Described(
        file.toString(),
        names(it),
        it.getSubjectX500Principal().getName(),
        it.getIssuerX500Principal().getName(),
        it.getSerialNumber().toString(16),
        it.getNotBefore().toInstant().toString(),
        it.getNotAfter().toInstant().toString(),
        it.getBasicConstraints() < 0 ? "workload" : isSignedBy(it, it) ? "root" : "authority",
        problem(it, next));
  }

  private static @Nullable String problem(X509Certificate it, @Nullable X509Certificate next) {
    Instant now = Instant.now();
    if (now.isAfter(it.getNotAfter().toInstant())) {
      return "has expired";
    }
    if (now.isBefore(it.getNotBefore().toInstant())) {
      return "is not valid yet";
    }
    return next != null && !isSignedBy(it, it) && !isSignedBy(it, next)
        ? "is not signed by the next one in the file"
        : null;
  }

  private static boolean isSignedBy(X509Certificate it, X509Certificate issuer) {
    try {
      it.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static List<String> names(X509Certificate it) {
    List<String> names = new ArrayList<>();
    try {
      var written = it.getSubjectAlternativeNames();
      if (written != null) {
        written.forEach(name -> names.add(String.valueOf(name.get(1))));
      }
    } catch (CertificateParsingException e) {
      names.add("names that cannot be read");
    }
    return names;
  }
}
