package dev.weft.identity;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Verifies what the other end of a full handshake presents, by our rules instead of JSSE's: no host
 * names, exactly one SPIFFE id.
 */
final class PeerCheck extends X509ExtendedTrustManager {

  /** What is asked of a chain. */
  @FunctionalInterface
  interface Rule {
    void check(X509Certificate[] chain, Trust.Use use) throws CertificateException;
  }

  private final Rule rule;

  PeerCheck(Rule rule) {
    this.rule = rule;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    rule.check(chain, Trust.Use.CLIENT);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    rule.check(chain, Trust.Use.CLIENT);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    rule.check(chain, Trust.Use.CLIENT);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    rule.check(chain, Trust.Use.SERVER);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    rule.check(chain, Trust.Use.SERVER);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    rule.check(chain, Trust.Use.SERVER);
  }

  /** Nobody chooses a certificate by it, and it would tell who we trust. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
