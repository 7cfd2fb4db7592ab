package dev.weft.identity;

import dev.weft.engine.config.SpiffeId;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A certificate of ours that holds, its key, and the roots that came with it.
 *
 * @param chain the leaf first, without the roots
 * @param roots the mesh's, of this moment
 */
record Credential(
    SpiffeId identity, PrivateKey key, List<X509Certificate> chain, Set<X509Certificate> roots) {

  Credential {
    chain = List.copyOf(chain);
    roots = Set.copyOf(roots);
  }

  /**
   * What a control service has issued: PEM, the leaf first and the roots in the last element.
   *
   * @throws CertificateException it is not what was asked for, or does not hold now
   */
  static Credential issued(
      SpiffeId expected, KeyPair keys, List<String> answer, InstantSource clock)
      throws GeneralSecurityException {
    if (answer.size() < 2) {
      throw new CertificateException(
          "issued chain of " + answer.size() + " (expected: the leaf first, the root last)");
    }
    Set<X509Certificate> roots =
        new LinkedHashSet<>(Pem.certificates(answer.get(answer.size() - 1)));
    List<X509Certificate> chain = new ArrayList<>();
    for (String element : answer.subList(0, answer.size() - 1)) {
      chain.addAll(Pem.certificates(element));
    }
    Trust trust = new Trust(roots, clock);
    X509Certificate[] path = chain.toArray(new X509Certificate[0]);
    SpiffeId identity = trust.verify(path, Trust.Use.CLIENT);
    if (!trust.verify(path, Trust.Use.SERVER).equals(expected)) {
      throw new CertificateException(
          "issued certificate: of " + identity + " (expected: " + expected + ")");
    }
    if (!chain.get(0).getPublicKey().equals(keys.getPublic())) {
      throw new CertificateException("issued certificate: of another key than was asked for");
    }
    return new Credential(identity, keys.getPrivate(), chain, roots);
  }

  X509Certificate leaf() {
    return chain.get(0);
  }

  /** The end of the first certificate of the chain that ends. */
  Instant notAfter() {
    Instant end = leaf().getNotAfter().toInstant();
    for (X509Certificate each : chain) {
      Instant next = each.getNotAfter().toInstant();
      end = next.isBefore(end) ? next : end;
    }
    return end;
  }

  /** The key is nobody's to see. */
  @Override
  public String toString() {
    return "certificate " + leaf().getSerialNumber().toString(16) + " of " + identity;
  }
}
