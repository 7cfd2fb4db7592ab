package dev.weft.control.ca;

import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.TrustSource;
import io.grpc.BindableService;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** All of this room, opened on a state directory. */
public final class CertificateAuthority implements AutoCloseable {

  /** How long a certificate holds unless said otherwise; Istio's default. */
  public static final Duration DEFAULT_LIFE = Duration.ofHours(24);

  /** How often it is looked whether something else is to be signed with. */
  private static final long WATCH_MILLIS = 500;

  private static final Duration LONGEST_LIFE = Duration.ofDays(90);

  private final Parts parts;
  private final Doorman doorman;
  private final CertificateService service;
  private final ControlCertificate own;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "weft-trust");
            thread.setDaemon(true);
            return thread;
          });

  /** What is shared within the room. */
  record Parts(
      Authority authority,
      ClientTrust trust,
      JoinTokens tokens,
      @Nullable Attestor platform,
      Ledger ledger,
      Refusals refusals,
      InstantSource clock) {}

  /**
   * What is signed with.
   *
   * @param trustDomain of all identities; null: what the state directory is for, and {@code
   *     cluster.local} for a new one
   * @param directory where a plug-in authority's files are; null: roots of our own
   * @param shared what several control services have in common, roots of our own among it; null:
   *     all is in the state directory
   */
  public record Issuing(
      @Nullable String trustDomain, @Nullable Path directory, @Nullable SharedState shared) {

    public Issuing {
      if (directory != null && shared != null) {
        throw new IllegalArgumentException(
            "ca: roots of our own are in " + shared.roots() + " (expected: one of the two)");
      }
    }

    /** Shared with nobody. */
    public Issuing(@Nullable String trustDomain, @Nullable Path directory) {
      this(trustDomain, directory, null);
    }
  }

  /**
   * To whom.
   *
   * @param life of the certificates, the service's own among them
   * @param platform who vouches for workloads besides join tokens; null: nobody
   */
  public record Workloads(Duration life, @Nullable Attestor platform) {}

  private CertificateAuthority(Parts parts, Duration life) {
    this.parts = parts;
    this.doorman = new Doorman(parts);
    this.service = new CertificateService(parts, life);
    this.own = new ControlCertificate(parts.authority, life);
    parts.authority.onChange(own::renew);
    watch.scheduleWithFixedDelay(
        parts.authority::refresh, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Opens the authority of a state directory, and makes what is missing there.
   *
   * @throws IOException where the directory cannot be used, others may get at it, or something in
   *     it is damaged
   */
  public static CertificateAuthority open(
      Path state, Issuing how, Workloads workloads, InstantSource clock) throws IOException {
    Duration life = workloads.life();
    if (life.compareTo(Duration.ofSeconds(1)) < 0 || life.compareTo(LONGEST_LIFE) > 0) {
      throw new IllegalArgumentException(
          "certificate life: "
              + life
              + " (expected: 1 second to "
              + LONGEST_LIFE.toDays()
              + " days)");
    }
    StateFolder folder = StateFolder.open(state);
    Authority authority = authority(folder, how, clock);
    authority.assume(life);
    StateStore store = how.shared == null ? folder : how.shared.tokens();
    JoinTokens tokens = JoinTokens.open(store, authority, clock);
    Ledger ledger = Ledger.open(store, tokens);
    return new CertificateAuthority(
        new Parts(
            authority,
            new ClientTrust(authority, clock),
            tokens,
            workloads.platform(),
            ledger,
            new Refusals(clock),
            clock),
        life);
  }

  private static Authority authority(StateFolder folder, Issuing how, InstantSource clock)
      throws IOException {
    if (how.shared != null) {
      return Authority.shared(folder, how.shared.roots(), how.trustDomain, clock);
    }
    return how.directory == null
        ? Authority.open(folder, how.trustDomain, clock)
        : Authority.plugged(folder, how.directory, how.trustDomain, clock);
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

  /** Likewise, of any root. */
  public static String digest(X509Certificate root) {
    return Certificates.digest(root);
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

  /** Trusts the mesh's roots of each moment and nobody else. */
  public TrustManager trustManager() {
    return parts.trust;
  }

  /** Whom the mesh believes; changes while the service runs. */
  public TrustSource trust() {
    return parts.authority;
  }

  /** What new certificates lead to: those who sign, up to the root. */
  public List<X509Certificate> chain() {
    return parts.authority.chain();
  }

  /** How far a rotation of the root is, for people; null: none is under way. */
  public @Nullable String rotation() {
    return parts.authority.rotation();
  }

  /** Why what is to be signed with cannot be used, while the last good is; null: it can. */
  public @Nullable String problem() {
    return parts.authority.problem();
  }

  @Override
  public void close() throws IOException {
    watch.shutdownNow();
    own.close();
    parts.ledger.save();
  }
}
