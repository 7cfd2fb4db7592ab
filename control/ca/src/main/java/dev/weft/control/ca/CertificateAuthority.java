package dev.weft.control.ca;

import dev.weft.control.model.SpiffeId;
import io.grpc.BindableService;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** All of this room, opened on a state directory. */
public final class CertificateAuthority implements AutoCloseable {

  /** How long a certificate holds unless said otherwise; Istio's default. */
  public static final Duration DEFAULT_LIFE = Duration.ofHours(24);

  private static final Duration LONGEST_LIFE = Duration.ofDays(90);

  private final Parts parts;
  private final Doorman doorman;
  private final CertificateService service;
  private final ControlCertificate own;

  /** What is shared within the room. */
  record Parts(
      Authority authority,
      JoinTokens tokens,
      Ledger ledger,
      Refusals refusals,
      InstantSource clock) {}

  private CertificateAuthority(Parts parts, Duration life) {
    this.parts = parts;
    this.doorman = new Doorman(parts);
    this.service = new CertificateService(parts, life);
    this.own = new ControlCertificate(parts.authority, life);
  }

  /**
   * Opens the authority of a state directory, and makes what is missing there.
   *
   * @param trustDomain what its root must be for; null: whatever it is for, and {@code
   *     cluster.local} for a new one
   * @param life of the certificates that are issued, the service's own among them
   * @throws IOException where the directory cannot be used, others may get at it, or something in
   *     it is damaged
   */
  public static CertificateAuthority open(
      Path state, @Nullable String trustDomain, Duration life, InstantSource clock)
      throws IOException {
    if (life.compareTo(Duration.ofSeconds(1)) < 0 || life.compareTo(LONGEST_LIFE) > 0) {
      throw new IllegalArgumentException(
          "certificate life: "
              + life
              + " (expected: 1 second to "
              + LONGEST_LIFE.toDays()
              + " days)");
    }
    StateFolder folder = StateFolder.open(state);
    Authority authority = Authority.open(folder, trustDomain, clock);
    JoinTokens tokens = JoinTokens.open(folder, authority, clock);
    Ledger ledger = Ledger.open(folder, tokens);
    return new CertificateAuthority(
        new Parts(authority, tokens, ledger, new Refusals(clock), clock), life);
  }

  public String trustDomain() {
    return parts.authority.trustDomain();
  }

  public X509Certificate root() {
    return parts.authority.root();
  }

  /** What a join token says of the root: base64url of the SHA-256 of its DER form. */
  public String rootDigest() {
    return parts.authority.rootDigest();
  }

  public JoinTokens tokens() {
    return parts.tokens;
  }

  /** {@code istio.v1.auth.IstioCertificateService}; to be put behind the {@link #doorman}. */
  public BindableService service() {
    return service;
  }

  /** Asks each call on a port who makes it. */
  public Doorman doorman() {
    return doorman;
  }

  /** The last certificate of an identity; empty if none is known. */
  public Optional<Issued> issued(SpiffeId id) {
    return parts.ledger.last(id);
  }

  /** How many were issued to workloads since the start. */
  public long certificates() {
    return service.issued();
  }

  public Refusals refusals() {
    return parts.refusals;
  }

  /** The control service's own certificate, as it is now. */
  public X509Certificate certificate() {
    return own.certificate();
  }

  /** Shows the control service's own certificate, the newest one to each connection. */
  public KeyManager keyManager() {
    return own;
  }

  /** Trusts the mesh's root and nobody else. */
  public TrustManager trustManager() {
    try {
      KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
      roots.load(null, null);
      roots.setCertificateEntry("root", root());
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(roots);
      return factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK has PKIX", e);
    }
  }

  @Override
  public void close() throws IOException {
    own.close();
    parts.ledger.save();
  }
}
