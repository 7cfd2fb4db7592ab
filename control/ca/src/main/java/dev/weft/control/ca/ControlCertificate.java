package dev.weft.control.ca;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.Socket;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The control service's own certificate: made at the start, with a key that never leaves memory,
 * and made anew with a new key at half of its life. Connections that are open are not touched.
 */
final class ControlCertificate extends X509ExtendedKeyManager implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ControlCertificate.class.getName());
  private static final Duration LONGEST_TICK = Duration.ofMinutes(1);
  private static final String ALIAS = "weft-control-";

  private final Authority authority;
  private final Duration life;

  @GuardedBy("this") private long renewals;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "weft-control-certificate");
            thread.setDaemon(true);
            return thread;
          });

  /** The newest first; the one before is still asked for by handshakes that have begun. */
  private volatile Made[] made;

  private record Made(String alias, PrivateKey key, Authority.Chain chain) {}

  ControlCertificate(Authority authority, Duration life) {
    this.authority = authority;
    this.life = life;
    this.made = new Made[] {make(0)};
    long tick = Math.max(1, Math.min(LONGEST_TICK.toMillis(), life.toMillis() / 4));
    timer.scheduleWithFixedDelay(this::renewIfDue, tick, tick, TimeUnit.MILLISECONDS);
  }

  private Made make(long number) {
    KeyPair keys = Keys.generate();
    return new Made(ALIAS + number, keys.getPrivate(), authority.issueControl(keys, life));
  }

  /** By the wall clock, often looked at: a machine that has slept finds its timers late. */
  void renewIfDue() {
    Instant end = certificate().getNotAfter().toInstant();
    if (authority.now().isBefore(end.minus(life.dividedBy(2)))) {
      return;
    }
    renew();
  }

  /** At once: what it is signed with has changed, or its end comes near. */
  synchronized void renew() {
    try {
      made = new Made[] {make(++renewals), made[0]};
    } catch (RuntimeException e) {
      // Tried again at the next tick.
      LOG.log(System.Logger.Level.ERROR, "the control service's certificate was not renewed", e);
    }
  }

  X509Certificate certificate() {
    return made[0].chain.leaf();
  }

  private @Nullable Made of(String alias) {
    for (Made one : made) {
      if (one.alias.equals(alias)) {
        return one;
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String type, Principal @Nullable [] issuers, SSLEngine engine) {
    return chooseServerAlias(type, issuers, null);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return type.startsWith("EC") ? made[0].alias : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Made one = of(alias);
    return one == null ? null : one.chain.shown().toArray(new X509Certificate[0]);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Made one = of(alias);
    return one == null ? null : one.key;
  }

  @Override
  public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
    return new String[] {made[0].alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] type, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
