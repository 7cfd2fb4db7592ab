package dev.weft.identity;

import dev.weft.bridge.Wire;
import dev.weft.engine.config.Transport;
import dev.weft.engine.config.Transport.Own;
import dev.weft.engine.config.Transport.Verification;
import dev.weft.engine.wire.Origination;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS to servers outside of the mesh. Files are read when they are needed first, and again when a
 * connection finds them changed: what is open goes on, what is opened next presents the new
 * certificate and verifies by the new authorities. New files that cannot be used leave the old ones
 * in force, which is told; without any, nothing is opened.
 */
public final class UpstreamTls implements Origination {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Rules come from the control service: there are no more than it tells of. */
  private static final int MOST_KEPT = 1_000;

  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Consumer<String> complaints;
  private final Map<Transport.Tls, Kept> kept = new ConcurrentHashMap<>();

  /**
   * @param clock the wall clock, by which certificates are valid
   * @param nanos monotonic nanoseconds
   * @param complaints for people: files that cannot be used
   */
  public UpstreamTls(InstantSource clock, LongSupplier nanos, Consumer<String> complaints) {
    this.clock = clock;
    this.nanos = nanos;
    this.complaints = complaints;
  }

  /** What was made of a rule and its files; a failure where they could not be used at all. */
  private record Made(@Nullable SSLContext context, @Nullable String failure) {}

  /** A rule, and what its files give. */
  private final class Kept {
    private final Transport.Tls tls;
    private final WatchedFiles files;
    private volatile @Nullable Made made;

    Kept(Transport.Tls tls) {
      this.tls = tls;
      this.files = new WatchedFiles(paths(tls), nanos);
    }

    Made now() {
      Made before = made;
      if (before != null && !files.mayHaveChanged()) {
        return before;
      }
      synchronized (this) {
        before = made;
        Made next = before == null || files.haveChanged() ? read(before) : before;
        made = next;
        return next;
      }
    }

    private Made read(@Nullable Made before) {
      try {
        return new Made(context(tls, files), null);
      } catch (IOException | GeneralSecurityException e) {
        String failure = "files: " + e.getMessage();
        Made old = before == null || before.context() == null ? null : before;
        complaints.accept(
            "TLS to "
                + (tls.serverName().text().isEmpty() ? "servers" : tls.serverName().text())
                + ": "
                + failure
                + (old == null ? "" : "; the ones before stay in force"));
        return old == null ? new Made(null, failure) : old;
      }
    }
  }

  private static List<String> paths(Transport.Tls tls) {
    List<String> paths = new ArrayList<>();
    Verification wanted = tls.verification();
    if (wanted.roots() != null) {
      paths.add(wanted.roots());
    }
    if (wanted.revocations() != null) {
      paths.add(wanted.revocations());
    }
    if (tls.own() != null) {
      paths.add(tls.own().chain());
      paths.add(tls.own().key());
    }
    return paths;
  }

  @Override
  public Wire.Plan client(Transport.Tls tls, InetSocketAddress remote) {
    Kept known = kept.get(tls);
    if (known == null) {
      if (kept.size() >= MOST_KEPT) {
        kept.clear(); // most of them are of rules that are no more
      }
      known = kept.computeIfAbsent(tls, Kept::new);
    }
    Made made = known.now();
    SSLContext context = made.context();
    if (context == null) {
      return new Wire.Plan.Refuse(String.valueOf(made.failure()));
    }
    SSLParameters parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setApplicationProtocols(tls.protocols().toArray(new String[0]));
    String name = tls.serverName().text();
    try {
      parameters.setServerNames(
          name.isEmpty() || isAddress(name) ? List.of() : List.of(new SNIHostName(name)));
    } catch (IllegalArgumentException e) {
      return new Wire.Plan.Refuse("server name: " + e.getMessage());
    }
    // Sessions are resumed with the very server; without dots, or the JDK took it for a host name.
    String key = (name + "@" + remote.getHostString()).replace('.', '!');
    SSLEngine engine = context.createSSLEngine(key, remote.getPort());
    engine.setUseClientMode(true);
    engine.setSSLParameters(parameters);
    return new Wire.Plan.Tls(engine, session -> verify(session, tls), /* yields= */ true);
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private SSLContext context(Transport.Tls tls, WatchedFiles files)
      throws IOException, GeneralSecurityException {
    Verification wanted = tls.verification();
    OwnKey own = tls.own() == null ? null : own(tls.own(), files);
    if (wanted.skipped()) {
      return Jsse.presenting(own, (chain, use) -> {});
    }
    if (wanted.hostToo() && tls.serverName().text().isEmpty()) {
      throw new CertificateException("there is no name that the server could prove to have");
    }
    ServerTrust trust =
        ServerTrust.of(
            text(wanted.roots(), files),
            text(wanted.revocations(), files),
            wanted.roots() == null ? "the authorities that this JVM trusts" : wanted.roots());
    return Jsse.presenting(
        own,
        (chain, use) -> {
          trust.verify(chain);
          ServerTrust.requireValid(chain[0], clock.instant());
          verifyNames(chain[0], tls);
        });
  }

  private static @Nullable String text(@Nullable String path, WatchedFiles files)
      throws IOException {
    return path == null ? null : files.text(path);
  }

  private OwnKey own(Own own, WatchedFiles files) throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = Pem.certificates(files.text(own.chain()));
    PrivateKey key;
    try {
      key = PrivateKeys.read(files.text(own.key()));
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException(own.key() + ": " + e.getMessage(), e);
    }
    X509Certificate leaf = chain.get(0);
    if (!belong(key, leaf)) {
      throw new GeneralSecurityException(own.key() + ": is not the key of " + own.chain());
    }
    ServerTrust.requireValid(leaf, clock.instant());
    return new OwnKey(key, chain);
  }

  /** One of two files may have been replaced already, and the other not yet. */
  private static boolean belong(PrivateKey key, X509Certificate leaf)
      throws GeneralSecurityException {
    String algorithm = key.getAlgorithm();
    if (!algorithm.equals(leaf.getPublicKey().getAlgorithm())) {
      return false;
    }
    String signing =
        switch (algorithm) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> algorithm;
        };
    byte[] word = {1, 2, 3};
    Signature signer = Signature.getInstance(signing);
    signer.initSign(key);
    signer.update(word);
    Signature verifier = Signature.getInstance(signing);
    verifier.initVerify(leaf.getPublicKey());
    verifier.update(word);
    return verifier.verify(signer.sign());
  }

  /** Of resumed sessions, too, of which no chain is presented. */
  private @Nullable String verify(SSLSession session, Transport.Tls tls)
      throws SSLPeerUnverifiedException {
    if (tls.verification().skipped()) {
      return null;
    }
    Certificate[] chain = session.getPeerCertificates();
    try {
      X509Certificate leaf = (X509Certificate) chain[0];
      ServerTrust.requireValid(leaf, clock.instant());
      verifyNames(leaf, tls);
      return null; // nobody of the mesh
    } catch (CertificateException | ClassCastException e) {
      SSLPeerUnverifiedException failure =
          new SSLPeerUnverifiedException(String.valueOf(e.getMessage()));
      failure.initCause(e);
      throw failure;
    }
  }

  /** Envoy asks for both where both are set: the name that was asked for, and one of the list. */
  private static void verifyNames(X509Certificate leaf, Transport.Tls tls)
      throws CertificateException {
    Verification wanted = tls.verification();
    if (wanted.hostToo()) {
      ServerNames.require(leaf, List.of(tls.serverName().text()));
    }
    if (!wanted.names().isEmpty()) {
      ServerNames.require(leaf, wanted.names());
    }
  }
}
