package dev.weft.identity;

import dev.weft.engine.config.SpiffeId;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a certificate: has one signed, renews it at half of what is left of its life, and after a
 * failure tries again after a jittered, growing while. A renewal proves itself by the certificate;
 * where that is not taken, or has expired, the join token does again, so that a workload that was
 * cut off for long comes back by itself.
 */
public final class CertificateLife {

  private static final Duration FIRST_RETRY = Duration.ofMillis(250);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);

  /** How much sooner or later than half life; spreads the renewals of what started together. */
  private static final double JITTER = 0.1;

  /** After how many failures in a row by certificate the token is tried, again and again. */
  private static final int TOKEN_EVERY = 3;

  private final MeshTls tls;
  private final TokenSource tokens;
  private final Signer signer;
  private final Surroundings surroundings;

  // Guarded by this.
  private long attempt; // of which the timer is the last
  private boolean trying;
  private int failuresInARow;
  private long issued;
  private long failures;
  private @Nullable String lastFailure;

  /**
   * Where a life is led.
   *
   * @param schedule runs a task after a delay, one after the other; the tasks block
   * @param random jitter
   * @param log what an operator should know
   */
  public record Surroundings(Schedule schedule, RandomGenerator random, Log log) {}

  /** A thread of the agent that blocks for nobody else. */
  @FunctionalInterface
  public interface Schedule {
    void after(Duration delay, Runnable task);
  }

  /** What an operator should know. */
  public interface Log {
    void info(String line);

    void warn(String line);
  }

  public CertificateLife(
      MeshTls tls, TokenSource tokens, Signer signer, Surroundings surroundings) {
    this.tls = tls;
    this.tokens = tokens;
    this.signer = signer;
    this.surroundings = surroundings;
  }

  /** Begins, at once and on the schedule. */
  public void start() {
    tls.onExpired(this::hurry);
    next(Duration.ZERO);
  }

  /** Believes these roots from now on; a certificate that leads to none is replaced at once. */
  public void trust(Collection<X509Certificate> roots) throws GeneralSecurityException {
    if (!tls.trust(roots)) {
      surroundings.log().warn("our certificate leads to no root that is believed now");
      hurry();
    }
  }

  // Sleep of the machine stops timers, but not the life of certificates.
  private synchronized void hurry() {
    if (!trying && failuresInARow == 0) {
      failuresInARow = 1; // once, until the next success
      next(Duration.ZERO);
    }
  }

  /** The one timer: whatever was planned before is void. */
  private synchronized void next(Duration delay) {
    long planned = ++attempt;
    surroundings.schedule().after(delay, () -> run(planned));
  }

  private void run(long planned) {
    synchronized (this) {
      if (planned != attempt || trying) {
        return;
      }
      trying = true;
    }
    Duration delay;
    try {
      delay = succeeded(obtain());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      delay = failed(e.getMessage() == null ? e.toString() : e.getMessage());
    }
    synchronized (this) {
      trying = false;
    }
    next(delay);
  }

  private Credential obtain() throws IOException, GeneralSecurityException {
    Credential own = tls.valid();
    if (own == null || platformVouches()) {
      return obtainByToken();
    }
    try {
      return obtain(own.identity(), null);
    } catch (Signer.RefusedException e) {
      surroundings
          .log()
          .warn("renewal by certificate refused, trying the token: " + e.getMessage());
      return obtainByToken();
    } catch (IOException e) {
      return obtainInstead(e);
    }
  }

  /** A certificate says nothing of whether its owner still is there; a platform's token does. */
  private boolean platformVouches() {
    try {
      return tokens.read().isOfPlatform();
    } catch (IOException e) {
      return false; // whoever refuses the certificate then has it read again, and told
    }
  }

  /**
   * A control service that believes other roots than ours breaks the handshake off, which looks as
   * if it were away: now and then the token, over a connection without the certificate, tells.
   */
  private Credential obtainInstead(IOException failure)
      throws IOException, GeneralSecurityException {
    synchronized (this) {
      if (failuresInARow == 0 || failuresInARow % TOKEN_EVERY != 0) {
        throw failure;
      }
    }
    try {
      return obtainByToken();
    } catch (IOException | GeneralSecurityException e) {
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private Credential obtainByToken() throws IOException, GeneralSecurityException {
    JoinToken token = tokens.read();
    Instant now = tls.instant();
    try {
      return obtain(token.subject(), token);
    } catch (Signer.RefusedException e) {
      // Whether it has expired is the control service's to say: our clock may be wrong.
      String hint =
          now.isAfter(token.expires())
              ? " (by our clock, it has expired at " + token.expires() + ")"
              : "";
      throw new Signer.RefusedException(e.getMessage() + hint);
    }
  }

  private Credential obtain(SpiffeId identity, @Nullable JoinToken token)
      throws IOException, GeneralSecurityException {
    CertificateRequest request = CertificateRequest.of(identity);
    long tellings = tls.tellings();
    List<String> answer = signer.sign(request.pem(), token);
    Credential credential = Credential.issued(identity, request.keys(), answer, tls::instant);
    tls.use(credential, tellings);
    return credential;
  }

  private synchronized Duration succeeded(Credential credential) {
    issued++;
    failuresInARow = 0;
    Duration left = Duration.between(tls.instant(), credential.notAfter());
    if (issued == 1 || lastFailure != null) {
      surroundings.log().info(credential + ", valid for " + left.toSeconds() + " s");
    }
    lastFailure = null;
    double share = 0.5 * (1 - JITTER + 2 * JITTER * surroundings.random().nextDouble());
    return Duration.ofNanos((long) (left.toNanos() * share));
  }

  private synchronized Duration failed(String reason) {
    failures++;
    if (!reason.equals(lastFailure)) {
      Duration left = tls.left();
      String consequence =
          left == null
              ? "this process has none, and nothing of the mesh is reached"
              : left.isNegative()
                  ? "it has expired, and nothing new is opened"
                  : "the one there is is valid for " + left.toSeconds() + " s";
      surroundings.log().warn("no new certificate: " + reason + "; " + consequence);
    }
    lastFailure = reason;
    tls.lacks(reason);
    long most = LAST_RETRY.toMillis();
    int doublings = Math.min(failuresInARow, 20);
    long step = Math.min(most, FIRST_RETRY.toMillis() << doublings);
    failuresInARow++;
    return Duration.ofMillis(step / 2 + surroundings.random().nextLong(step / 2 + 1));
  }

  /** From any thread. */
  public synchronized CertificateStatus status() {
    Credential own = tls.credential();
    return new CertificateStatus(
        own == null ? null : own.identity(),
        own == null ? null : own.leaf().getSerialNumber().toString(16),
        own == null ? null : own.notAfter(),
        tls.left(),
        issued,
        failures,
        lastFailure);
  }
}
