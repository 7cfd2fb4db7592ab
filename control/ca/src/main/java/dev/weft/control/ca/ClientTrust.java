package dev.weft.control.ca;

import dev.weft.control.ca.RefusedException.Kind;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes the certificates of workloads that lead to a root of this moment: in handshakes, and
 * again at each call, because sessions are resumed and connections outlive a root.
 */
final class ClientTrust extends X509ExtendedTrustManager {

  private static final int MOST_REMEMBERED = 10_000;
  private static final int LONGEST_CHAIN = 10;
  private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

  private final Authority authority;
  private final InstantSource clock;
  private volatile Verified verified = new Verified(List.of(), Map.of());

  /** Leaves whose path to these roots was verified. */
  private record Verified(List<X509Certificate> roots, Map<X509Certificate, Boolean> leaves) {}

  ClientTrust(Authority authority, InstantSource clock) {
    this.authority = authority;
    this.clock = clock;
  }

  /** Refuses a chain, the leaf first, that does not lead to a root of this moment. */
  void require(X509Certificate[] chain) throws RefusedException {
    try {
      verify(chain);
    } catch (CertificateException e) {
      throw new RefusedException(
          Kind.UNAUTHENTICATED,
          "client certificate: "
              + Shown.of(String.valueOf(e.getMessage()))
              + " (expected: a chain to one of the "
              + authority.roots().size()
              + " roots of now; connect anew with a token)");
    }
  }

  private void verify(X509Certificate[] chain) throws CertificateException {
    if (chain.length == 0 || chain.length > LONGEST_CHAIN) {
      throw new CertificateException(
          "a chain of " + chain.length + " (expected: 1 to " + LONGEST_CHAIN + ")");
    }
    List<X509Certificate> roots = authority.roots();
    Verified known = verified;
    if (!known.roots.equals(roots)) {
      known = new Verified(roots, new ConcurrentHashMap<>());
      verified = known;
    }
    if (known.leaves.containsKey(chain[0])) {
      chain[0].checkValidity(Date.from(clock.instant()));
      return;
    }
    List<String> uses = chain[0].getExtendedKeyUsage();
    if (uses != null && !uses.contains(CLIENT)) {
      throw new CertificateException("not for clients");
    }
    path(chain, roots);
    if (known.leaves.size() >= MOST_REMEMBERED) {
      known.leaves.clear();
    }
    known.leaves.put(chain[0], true);
  }

  private void path(X509Certificate[] chain, List<X509Certificate> roots)
      throws CertificateException {
    int length = chain.length;
    while (length > 1 && roots.contains(chain[length - 1])) {
      length--; // an anchor is no part of the path
    }
    try {
      TrustPath.verify(Arrays.asList(chain).subList(0, length), roots, clock.instant());
    } catch (CertPathValidatorException e) {
      throw new CertificateException(e.getMessage(), e);
    } catch (InvalidAlgorithmParameterException e) {
      throw new CertificateException("there are no roots", e);
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e.toString(), e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    verify(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("the control service is no client");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("the control service is no client");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("the control service is no client");
  }

  /** None are named: a client of a root that is gone shows its certificate, and is told of it. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
