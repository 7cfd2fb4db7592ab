package dev.weft.identity;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Which names a server's certificate has (RFC 5280, 4.2.1.6), compared as Envoy does. */
final class ServerNames {

  private static final int DNS = 2;
  private static final List<Integer> TEXTS = List.of(1, DNS, 6, 7); // mail, DNS, URI, address

  private ServerNames() {}

  /**
   * @param wanted names of which it must have one
   * @throws CertificateException it has none of them
   */
  static void require(X509Certificate leaf, List<String> wanted) throws CertificateException {
    List<String> found = new ArrayList<>();
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    if (names != null) {
      for (List<?> name : names) {
        if (TEXTS.contains(name.get(0))) {
          String text = String.valueOf(name.get(1));
          boolean dns = Integer.valueOf(DNS).equals(name.get(0));
          if (wanted.stream().anyMatch(one -> dns ? covers(text, one) : text.equals(one))) {
            return;
          }
          found.add(text);
        }
      }
    }
    throw new CertificateException(
        "certificate names: " + found + " (expected: one of " + wanted + ")");
  }

  /** A star stands for the whole first label, and for no more. */
  private static boolean covers(String pattern, String name) {
    String one = pattern.toLowerCase(Locale.ROOT);
    String other = name.toLowerCase(Locale.ROOT);
    int dot = other.indexOf('.');
    return one.startsWith("*.")
        ? dot > 0 && one.substring(1).equals(other.substring(dot))
        : one.equals(other);
  }
}
