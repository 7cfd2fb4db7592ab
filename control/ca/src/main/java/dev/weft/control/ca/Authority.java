package dev.weft.control.ca;

import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The mesh's root: a self-signed ECDSA P-256 certificate and its key, made once and kept in the
 * state directory. Signs leaves for workloads and for the control service itself.
 *
 * <p>Leaves are valid from a little before they were made, because clocks differ; their subject is
 * empty and their only name is the identity, as istiod has it.
 */
public final class Authority {

  /** How far the clock of whoever checks a certificate may be behind ours. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

  static final Duration ROOT_LIFE = Duration.ofDays(3650);

  private static final String FILE = "root.pem";

  /** Without the key, to be given away. */
  private static final String PUBLIC_FILE = "root-certificate.pem";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Root root;
  private final InstantSource clock;
  private final Path file;

  private Authority(Root root, InstantSource clock, Path file) {
    this.root = root;
    this.clock = clock;
    this.file = file;
  }

  /** A certificate with those that lead to the root, which is the last. */
  public record Chain(List<X509Certificate> certificates) {

    public Chain {
      certificates = List.copyOf(certificates);
    }

    public X509Certificate leaf() {
      return certificates.get(0);
    }

    /** Each certificate as PEM. */
    public List<String> pem() {
      return certificates.stream().map(Pem::write).toList();
    }
  }

  /**
   * Reads the root, or makes it where there is none.
   *
   * @param trustDomain what it must be for; null: whatever it is for, and {@code cluster.local} for
   *     a new one
   * @throws IOException where the directory cannot be used, or what is there is no root of ours
   */
  static Authority open(StateFolder folder, @Nullable String trustDomain, InstantSource clock)
      throws IOException {
    Path file = folder.file(FILE);
    Root root =
        folder.exclusively(
            () -> {
              Optional<String> there = folder.read(FILE);
              Root it;
              if (there.isPresent()) {
                it = Root.read(there.get(), file);
              } else {
                it = Root.make(trustDomain == null ? "cluster.local" : trustDomain, clock);
                folder.write(FILE, it.pem());
              }
              String certificate = Pem.write(it.certificate());
              if (!folder.read(PUBLIC_FILE).equals(Optional.of(certificate))) {
                folder.write(PUBLIC_FILE, certificate);
              }
              return it;
            });
    if (trustDomain != null && !trustDomain.equals(root.trustDomain())) {
      throw new IOException(
          file
              + " is the root of the trust domain "
              + root.trustDomain()
              + " (expected: "
              + trustDomain
              + "; use another state directory, or that trust domain)");
    }
    Instant end = root.certificate().getNotAfter().toInstant();
    if (!clock.instant().isBefore(end)) {
      throw new IOException(file + " has expired at " + end + " (expected: a root that is valid)");
    }
    return new Authority(root, clock, file);
  }

  Instant now() {
    return clock.instant();
  }

  public String trustDomain() {
    return root.trustDomain();
  }

  public X509Certificate root() {
    return root.certificate();
  }

  /** Where the root is; its key is in the same file. */
  Path file() {
    return file;
  }

  /** What a join token says of the root: base64url of the SHA-256 of its DER form. */
  public String rootDigest() {
    return root.digest();
  }

  /**
   * Signs a leaf for a workload, valid as a client and as a server.
   *
   * @param life how long from now; cut at the root's own end
   */
  Chain issue(SpiffeId id, PublicKey key, Duration life) {
    return chain(Leaf.workload(id, life), key);
  }

  /** Signs the control service's own certificate. */
  Chain issueControl(KeyPair keys, Duration life) {
    return chain(
        Leaf.control(SpiffeId.control(trustDomain()), life, List.of("weft-control", "localhost")),
        keys.getPublic());
  }

  private Chain chain(Leaf leaf, PublicKey key) {
    Instant now = clock.instant();
    Instant rootStart = root.certificate().getNotBefore().toInstant();
    Instant rootEnd = root.certificate().getNotAfter().toInstant();
    Instant start = now.minus(CLOCK_SKEW);
    Instant end = now.plus(leaf.life());
    Leaf.Validity validity =
        new Leaf.Validity(
            start.isBefore(rootStart) ? rootStart : start, end.isAfter(rootEnd) ? rootEnd : end);
    try {
      return new Chain(List.of(root.sign(leaf, key, validity, serial()), root.certificate()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("signing with a key that was checked", e);
    }
  }

  /** 127 random bits, never zero: RFC 5280 wants positive ones of at most 20 octets. */
  private static BigInteger serial() {
    return new BigInteger(126, RANDOM).setBit(126);
  }
}
