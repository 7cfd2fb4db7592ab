package dev.weft.identity;

import dev.weft.bridge.Wire;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.wire.TlsEnds;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Mesh TLS with the certificate and the roots of the moment. Each certificate, and each change of
 * the roots, has contexts, and so session caches and ticket keys, of its own: what is open goes on,
 * what is opened next proves the new certificate and verifies by the new roots, and no session of
 * the old ones is resumed. Without a certificate that is valid now, nothing is opened.
 *
 * <p>Roots come with each certificate and, when they change before that is renewed, by themselves;
 * what was told last counts.
 */
public final class MeshTls implements TlsEnds {

  private static final String[] V13 = {"TLSv1.3"};

  /** 1.2 for an Envoy, whose clients do not offer 1.3 unless they are told to. */
  private static final String[] V13_AND_V12 = {"TLSv1.3", "TLSv1.2"};

  /** AES-128 first: hardware has it, and TLS needs no more. */
  private static final String[] CIPHERS = {
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
  };

  private static final String[] CIPHERS_AND_V12 = {
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
  };

  /**
   * What a client offers. Not {@code istio-peer-exchange}: a sidecar that takes it sends its
   * metadata into the stream before the application's bytes.
   */
  private static final String[] OFFERED = {"weft", "istio"};

  private final InstantSource clock;
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private volatile @Nullable Generation now;
  private volatile String missing = "certificate: none was received yet";
  private volatile Runnable expired = () -> {};

  // Guarded by this.
  private Set<X509Certificate> told = Set.of();
  private long tellings;

  /**
   * All that belongs to one certificate and the roots of one moment.
   *
   * @param proven whether the certificate leads to one of the roots
   */
  private record Generation(
      Credential credential,
      boolean proven,
      Trust trust,
      SSLContext context,
      SSLParameters client,
      SSLParameters server) {}

  /**
   * @param clock the wall clock, by which certificates are valid
   */
  public MeshTls(InstantSource clock) {
    this.clock = clock;
  }

  /** How often we were told of roots, for {@link #use(Credential, long)}. */
  synchronized long tellings() {
    return tellings;
  }

  /** Opens everything with this one, and the roots that came with it, from now on. */
  synchronized void use(Credential credential) throws GeneralSecurityException {
    use(credential, tellings);
  }

  /**
   * Likewise, unless we were told of other roots while it was on its way.
   *
   * @param before {@link #tellings} when it was asked for
   */
  synchronized void use(Credential credential, long before) throws GeneralSecurityException {
    boolean older = before != tellings && isProven(credential, told);
    use(credential, older ? told : credential.roots());
  }

  private boolean isProven(Credential credential, Set<X509Certificate> roots) {
    try {
      X509Certificate[] chain = credential.chain().toArray(new X509Certificate[0]);
      SpiffeId unused = new Trust(roots, clock).verify(chain, Trust.Use.CLIENT);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  /**
   * Believes these roots, and no others, from now on.
   *
   * @return whether our own certificate leads to one of them; true before the first
   */
  public synchronized boolean trust(Collection<X509Certificate> roots)
      throws GeneralSecurityException {
    tellings++;
    told = Set.copyOf(roots);
    Generation current = now;
    if (current == null) {
      return true;
    }
    if (!current.trust().roots().equals(told)) {
      use(current.credential(), told);
    }
    Generation next = now;
    return next == null || next.proven();
  }

  private void use(Credential credential, Set<X509Certificate> roots)
      throws GeneralSecurityException {
    Trust trust = new Trust(roots, clock);
    SSLContext context = Jsse.context(credential, trust::verify);
    SSLParameters client = new SSLParameters(CIPHERS, V13);
    Jsse.onlyP256(client);
    client.setApplicationProtocols(OFFERED);
    client.setServerNames(List.of()); // an identity is expected, no name
    SSLParameters server = new SSLParameters(CIPHERS_AND_V12, V13_AND_V12);
    server.setNeedClientAuth(true);
    server.setUseCipherSuitesOrder(true);
    now = new Generation(credential, isProven(credential, roots), trust, context, client, server);
    first.complete(null);
  }

  /** Why there is no certificate, for whoever asks while there is none. */
  void lacks(String reason) {
    missing = "certificate: " + reason;
  }

  /** Told, at most once a connection, that a certificate is needed and has expired. */
  void onExpired(Runnable action) {
    expired = action;
  }

  /** Completes with the first certificate. */
  public CompletableFuture<Void> first() {
    return first;
  }

  /** The certificate of this moment, valid or not; null before the first. */
  @Nullable Credential credential() {
    Generation current = now;
    return current == null ? null : current.credential();
  }

  /** Likewise, and only while it is valid and leads to a root of this moment. */
  @Nullable Credential valid() {
    Generation current = now;
    return current == null || !current.proven() || isOver(current.credential())
        ? null
        : current.credential();
  }

  /** The roots of this moment; empty before the first certificate. */
  Set<X509Certificate> roots() {
    Generation current = now;
    return current == null ? Set.of() : current.trust().roots();
  }

  private boolean isOver(Credential own) {
    return !clock.instant().isBefore(own.notAfter());
  }

  @Override
  public @Nullable SpiffeId self() {
    Credential own = credential();
    return own == null ? null : own.identity();
  }

  @Override
  public Wire.Plan client(SpiffeId expected, InetSocketAddress remote) {
    Generation current = now;
    Wire.Plan refusal = refusal(current);
    if (current == null || refusal != null) {
      return refusal == null ? new Wire.Plan.Refuse(missing) : refusal;
    }
    SSLEngine engine =
        current.context().createSSLEngine(cacheKey(expected, remote), remote.getPort());
    engine.setUseClientMode(true);
    engine.setSSLParameters(current.client());
    return new Wire.Plan.Tls(engine, session -> verify(session, expected));
  }

  /**
   * Sessions are resumed with who they were made with, at the address where its tickets are known.
   * Without dots, or the JDK would take it for a host name and send it.
   */
  private static String cacheKey(SpiffeId expected, InetSocketAddress remote) {
    String address =
        remote.getAddress() == null ? remote.getHostString() : remote.getAddress().getHostAddress();
    return (expected + "@" + address).replace('.', '!');
  }

  @Override
  public Wire.Plan server(Predicate<SpiffeId> trusted) {
    Generation current = now;
    Wire.Plan refusal = refusal(current);
    if (current == null || refusal != null) {
      return refusal == null ? new Wire.Plan.Refuse(missing) : refusal;
    }
    SSLEngine engine = current.context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(current.server());
    engine.setHandshakeApplicationProtocolSelector((any, offered) -> protocol(offered));
    return new Wire.Plan.Tls(engine, session -> verify(session, trusted));
  }

  private Wire.@Nullable Plan refusal(@Nullable Generation current) {
    if (current == null || !isOver(current.credential())) {
      return null;
    }
    expired.run();
    return new Wire.Plan.Refuse(
        "certificate: ours has expired at " + current.credential().notAfter() + "; " + missing);
  }

  /**
   * What is agreed on, of what was offered. {@code istio-peer-exchange} never, see above; a proxy
   * that also offers what it speaks inside gets that.
   */
  private static String protocol(List<String> offered) {
    for (String known : List.of("weft", "h2", "http/1.1", "istio")) {
      if (offered.contains(known)) {
        return known;
      }
    }
    for (String each : offered) {
      if (each.startsWith("istio-http") || each.equals("istio-h2")) {
        return each;
      }
    }
    return ""; // none: the handshake goes on without
  }

  private String verify(SSLSession session, SpiffeId expected) throws SSLException {
    SpiffeId found = peer(session, Trust.Use.SERVER);
    if (!found.equals(expected)) {
      throw new SSLPeerUnverifiedException("identity: " + found + " (expected: " + expected + ")");
    }
    return found.toString();
  }

  private String verify(SSLSession session, Predicate<SpiffeId> trusted) throws SSLException {
    SpiffeId found = peer(session, Trust.Use.CLIENT);
    if (!trusted.test(found)) {
      throw new SSLPeerUnverifiedException("trust domain: that of " + found + " is not trusted");
    }
    return found.toString();
  }

  /** By the roots of now, whenever the session was made, and however. */
  private SpiffeId peer(SSLSession session, Trust.Use use) throws SSLException {
    Generation current = now;
    Certificate[] presented = session.getPeerCertificates();
    X509Certificate[] chain = new X509Certificate[presented.length];
    try {
      for (int i = 0; i < chain.length; i++) {
        chain[i] = (X509Certificate) presented[i];
      }
      if (current == null) {
        throw new CertificateException(missing);
      }
      return current.trust().verify(chain, use);
    } catch (CertificateException | ClassCastException e) {
      SSLException failure = new SSLPeerUnverifiedException(String.valueOf(e.getMessage()));
      failure.initCause(e);
      throw failure;
    }
  }

  /** How long the certificate is still valid; null before the first. */
  @Nullable Duration left() {
    Credential own = credential();
    return own == null ? null : Duration.between(clock.instant(), own.notAfter());
  }

  Instant instant() {
    return clock.instant();
  }
}
