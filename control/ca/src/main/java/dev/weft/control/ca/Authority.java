package dev.weft.control.ca;

import dev.weft.control.model.ModelSource.Subscription;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.TrustBundle;
import dev.weft.control.model.TrustSource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Signs certificates for workloads and for the control service itself, with what its source has: a
 * root of our own making, or a plug-in authority. Follows that source: what cannot be used leaves
 * the last good in force.
 *
 * <p>Leaves are valid from a little before they were made, because clocks differ; their subject is
 * empty and their only name is the identity, as istiod has it.
 */
public final class Authority implements TrustSource, MeshRoot {

  /** How far the clock of whoever checks a certificate may be behind ours. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

  static final Duration ROOT_LIFE = Duration.ofDays(3650);

  static final String DEFAULT_TRUST_DOMAIN = "cluster.local";

  private static final System.Logger LOG = System.getLogger(Authority.class.getName());

  private final String trustDomain;
  private final SigningSource source;
  private final Horizon horizon;
  private final InstantSource clock;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Signing now;
  private volatile @Nullable String problem;
  private @Nullable Object seen; // by whoever refreshes alone
  private @Nullable String suspected;

  private Authority(Parts parts, Signing first) {
    this.trustDomain = parts.trustDomain;
    this.source = parts.source;
    this.horizon = parts.horizon;
    this.clock = parts.clock;
    this.now = first;
  }

  private record Parts(
      String trustDomain, SigningSource source, Horizon horizon, InstantSource clock) {}

  /**
   * A certificate with those that lead to a root.
   *
   * @param certificates the leaf first, no root
   * @param roots whom the mesh believes; the first one is where these certificates lead to
   * @param links for whoever knows former roots only
   */
  public record Chain(
      List<X509Certificate> certificates,
      List<X509Certificate> roots,
      List<X509Certificate> links) {

    public Chain {
      certificates = List.copyOf(certificates);
      roots = List.copyOf(roots);
      links = List.copyOf(links);
    }

    public X509Certificate leaf() {
      return certificates.get(0);
    }

    /** Each certificate as PEM, and all roots in the last element. */
    public List<String> pem() {
      List<String> pem = new ArrayList<>(certificates.stream().map(Pem::write).toList());
      StringBuilder bundle = new StringBuilder();
      roots.forEach(root -> bundle.append(Pem.write(root)));
      pem.add(bundle.toString());
      return pem;
    }

    /** What the control service shows: also to those who know it by a root from before. */
    List<X509Certificate> shown() {
      Set<X509Certificate> shown = new LinkedHashSet<>(certificates);
      links.stream().filter(link -> !isRoot(link)).forEach(shown::add);
      shown.add(roots.get(0));
      shown.addAll(links);
      return List.copyOf(shown);
    }

    private static boolean isRoot(X509Certificate certificate) {
      try {
        certificate.verify(certificate.getPublicKey());
        return true;
      } catch (GeneralSecurityException e) {
        return false;
      }
    }
  }

  /** Signs with a root of our own that is in the folder. */
  static Authority open(StateFolder folder, @Nullable String trustDomain, InstantSource clock)
      throws IOException {
    PluggedState.requireNone(folder);
    SharedRoots.requireNone(folder);
    return own(folder, folder, trustDomain, clock);
  }

  /** Signs with a root of our own that others have, too. */
  static Authority shared(
      StateFolder folder, StateStore store, @Nullable String trustDomain, InstantSource clock)
      throws IOException {
    SharedRoots.note(folder, store);
    return own(folder, store, trustDomain, clock);
  }

  /**
   * Signs with a root of our own: reads it, or makes it where there is none.
   *
   * @param store where it is
   * @param trustDomain what it must be for; null: whatever it is for, and {@code cluster.local} for
   *     a new one
   * @throws IOException where the directory cannot be used, or what is there is no root of ours
   */
  private static Authority own(
      StateFolder folder, StateStore store, @Nullable String trustDomain, InstantSource clock)
      throws IOException {
    Root root = OwnRoots.open(store, trustDomain, clock);
    if (trustDomain != null && !trustDomain.equals(root.trustDomain())) {
      throw new IOException(
          store.place(OwnRoots.FILE)
              + " is the root of the trust domain "
              + root.trustDomain()
              + " (expected: "
              + trustDomain
              + "; use another state directory, or that trust domain)");
    }
    return open(
        new Parts(root.trustDomain(), new OwnRoots(store, folder), Horizon.open(store), clock));
  }

  /**
   * Signs with a plug-in authority.
   *
   * @param directory where its files are
   * @param trustDomain null: what the state directory is for, and {@code cluster.local} for a new
   *     one
   * @throws IOException where a directory cannot be used, or what the authority signs would not be
   *     believed
   */
  static Authority plugged(
      StateFolder folder, Path directory, @Nullable String trustDomain, InstantSource clock)
      throws IOException {
    SharedRoots.requireNone(folder);
    PluggedState before = PluggedState.read(folder);
    String there = before == null ? OwnRoots.trustDomain(folder) : before.trustDomain();
    if (there != null && trustDomain != null && !there.equals(trustDomain)) {
      throw new IOException(
          folder.file("")
              + " is of the trust domain "
              + there
              + " (expected: "
              + trustDomain
              + "; use another state directory, or that trust domain)");
    }
    String domain =
        there != null ? there : Objects.requireNonNullElse(trustDomain, DEFAULT_TRUST_DOMAIN);
    if (!SpiffeId.isTrustDomain(domain)) {
      throw new IOException(
          "trust domain: " + Shown.of(domain) + " (expected: such as cluster.local)");
    }
    PluggedAuthority source = new PluggedAuthority(directory, folder, domain, clock);
    return open(new Parts(domain, source, Horizon.open(folder), clock));
  }

  private static Authority open(Parts parts) throws IOException {
    Object stamp = parts.source.stamp();
    Authority authority = new Authority(parts, parts.source.read());
    Instant end = authority.now.end();
    if (!parts.clock.instant().isBefore(end)) {
      throw new IOException(
          parts.source + " has expired at " + end + " (expected: one that is valid)");
    }
    authority.seen = stamp;
    return authority;
  }

  Instant now() {
    return clock.instant();
  }

  @Override
  public String trustDomain() {
    return trustDomain;
  }

  /** Where what is signed now leads to. */
  public X509Certificate root() {
    return now.root();
  }

  /** What leaves lead to that are signed now: the issuer first, the root last. */
  List<X509Certificate> chain() {
    Signing by = now;
    List<X509Certificate> chain = new ArrayList<>(by.chain());
    chain.add(by.root());
    return chain;
  }

  /** Whom the mesh believes; the one that certificates lead to now is the first. */
  public List<X509Certificate> roots() {
    return now.roots();
  }

  @Override
  public TrustBundle trust() {
    return new TrustBundle(now.roots());
  }

  @Override
  public Subscription onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Why what there is now cannot be used, while the last good is; null: it can. */
  public @Nullable String problem() {
    return problem;
  }

  /** How far a rotation of the root is, for people; null: none is under way. */
  public @Nullable String rotation() {
    return now.rotation();
  }

  @Override
  public String rootDigest() {
    return Certificates.digest(now.root());
  }

  @Override
  public boolean isKnownBy(String digest) {
    return now.digests().contains(digest);
  }

  /** Looks whether something else is to be signed with; by one thread. */
  void refresh() {
    try {
      Object stamp = source.stamp();
      if (stamp.equals(seen) && problem == null && suspected == null) {
        return;
      }
      Signing next = source.read();
      seen = stamp;
      suspected = null;
      if (problem != null) {
        LOG.log(System.Logger.Level.INFO, source + " can be used again");
      }
      problem = null;
      if (!next.equals(now)) {
        now = next;
        LOG.log(
            System.Logger.Level.INFO,
            "{0} root(s) are believed, {1} signs",
            next.roots().size(),
            next.issuer().certificate().getSubjectX500Principal());
        listeners.forEach(Runnable::run);
      }
    } catch (IOException | RuntimeException e) {
      suspect(String.valueOf(e.getMessage()));
    }
  }

  /** What is replaced file by file cannot be used for a moment: it counts at the second look. */
  private void suspect(String reason) {
    if (reason.equals(suspected) && !reason.equals(problem)) {
      problem = reason;
      LOG.log(System.Logger.Level.ERROR, reason + "; what was there before stays in force");
    }
    suspected = reason;
  }

  /** Certificates of this life may be in use already, of a version that did not note them. */
  void assume(Duration life) throws IOException {
    Instant at = clock.instant();
    horizon.reaches(at.plus(life), at);
  }

  /**
   * Signs a leaf for a workload, valid as a client and as a server.
   *
   * @param life how long from now; cut where what it rests on ends
   * @throws IOException it cannot be noted how long it holds
   */
  Chain issue(SpiffeId id, PublicKey key, Duration life) throws IOException {
    Instant at = clock.instant();
    Signing by = now;
    if (!at.isBefore(by.end())) {
      throw new IOException(source + " has expired at " + by.end() + " (expected: a newer one)");
    }
    horizon.reaches(at.plus(life), at);
    return chain(by, Leaf.workload(id, life), key);
  }

  /** Signs the control service's own certificate. */
  Chain issueControl(KeyPair keys, Duration life) {
    return chain(
        now,
        Leaf.control(SpiffeId.control(trustDomain), life, List.of("weft-control", "localhost")),
        keys.getPublic());
  }

  private Chain chain(Signing by, Leaf leaf, PublicKey key) {
    try {
      List<X509Certificate> chain = new ArrayList<>();
      chain.add(by.issuer().sign(leaf, key, validity(leaf, by, clock.instant())));
      chain.addAll(by.chain());
      return new Chain(chain, by.roots(), by.links());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("signing with a key that was checked", e);
    }
  }

  static Leaf.Validity validity(Leaf leaf, Signing by, Instant now) {
    Instant start = now.minus(CLOCK_SKEW);
    Instant end = now.plus(leaf.life());
    return new Leaf.Validity(
        start.isBefore(by.start()) ? by.start() : start, end.isAfter(by.end()) ? by.end() : end);
  }
}
