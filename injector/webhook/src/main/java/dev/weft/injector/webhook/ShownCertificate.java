package dev.weft.injector.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows the newest certificate to each new connection. */
final class ShownCertificate extends X509ExtendedKeyManager {

  private volatile @Nullable Shown now;

  /** A handshake asks for the certificate and then for the key: both must be of one. */
  private volatile @Nullable Shown before;

  private record Shown(String alias, X509Certificate certificate, PrivateKey key) {}

  void show(ServingCertificate certificate) {
    try {
      X509Certificate parsed = certificate.parsed();
      before = now;
      now = new Shown(parsed.getSerialNumber().toString(), parsed, certificate.parsedKey());
    } catch (IOException e) {
      throw new UncheckedIOException("checked when it was read", e);
    }
  }

  boolean isThere() {
    return now != null;
  }

  private @Nullable Shown of(String alias) {
    Shown newest = now;
    if (newest != null && newest.alias.equals(alias)) {
      return newest;
    }
    Shown older = before;
    return older != null && older.alias.equals(alias) ? older : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return chooseServerAlias(keyType, issuers, null);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    Shown shown = now;
    return shown != null && keyType.startsWith("EC") ? shown.alias : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Shown shown = of(alias);
    return shown == null ? null : new X509Certificate[] {shown.certificate};
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Shown shown = of(alias);
    return shown == null ? null : shown.key;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = chooseServerAlias(keyType, issuers, null);
    return alias == null ? new String[0] : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
