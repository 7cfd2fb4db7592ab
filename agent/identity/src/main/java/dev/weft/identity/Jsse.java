package dev.weft.identity;

import java.security.GeneralSecurityException;
import java.security.NoSuchProviderException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's own TLS, whatever providers an application has put before it. */
final class Jsse {

  private Jsse() {}

  /**
   * @param own null: nothing is presented
   */
  static SSLContext context(@Nullable Credential own, PeerCheck.Rule rule)
      throws GeneralSecurityException {
    return presenting(own == null ? null : new OwnKey(own.key(), own.chain()), rule);
  }

  /**
   * @param own null: nothing is presented
   */
  static SSLContext presenting(@Nullable OwnKey own, PeerCheck.Rule rule)
      throws GeneralSecurityException {
    SSLContext context = context();
    KeyManager[] keys = own == null ? new KeyManager[0] : new KeyManager[] {own};
    context.init(keys, new TrustManager[] {new PeerCheck(rule)}, null);
    return context;
  }

  /**
   * Makes a key of one curve for each handshake instead of one of each. Since JDK 20; before, only
   * the whole JVM could be told so, which is the application's.
   */
  static void onlyP256(SSLParameters parameters) {
    try {
      SSLParameters.class
          .getMethod("setNamedGroups", String[].class)
          .invoke(parameters, (Object) new String[] {"secp256r1"});
    } catch (ReflectiveOperationException e) {
      // An older JDK: it offers what it would.
    }
  }

  private static SSLContext context() throws GeneralSecurityException {
    try {
      return SSLContext.getInstance("TLS", "SunJSSE");
    } catch (NoSuchProviderException e) {
      return SSLContext.getInstance("TLS"); // a JDK with another one
    }
  }
}
