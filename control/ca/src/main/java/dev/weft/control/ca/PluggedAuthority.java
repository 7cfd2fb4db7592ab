package dev.weft.control.ca;

import dev.weft.control.model.Namespace;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in authority: an intermediate certificate of somebody else's, given as files with Istio's
 * names in one directory, and replaced there at any time. Kubernetes replaces all files of a volume
 * at one blow, by the link {@code ..data}: they are read through it.
 *
 * <p>What is there is used only if peers would believe what it signs: a certificate is made for
 * nobody and verified as they do it, with the paths' lengths, names and times.
 */
final class PluggedAuthority implements SigningSource {

  static final String CERTIFICATE = "ca-cert.pem";
  static final String KEY = "ca-key.pem";
  static final String CHAIN = "cert-chain.pem";
  static final String ROOTS = "root-cert.pem";
  private static final List<String> FILES = List.of(CERTIFICATE, KEY, CHAIN, ROOTS);

  /** Where Kubernetes has the files of this moment. */
  private static final String DATA = "..data";

  private static final long LARGEST = 1 << 20;
  private static final int LEAST_RSA = 2048;
  private static final int LEAST_EC = 256;

  /** In a key usage (RFC 5280, 4.2.1.3). */
  private static final int KEY_CERT_SIGN = 5;

  /** Agents read chains of at most ten, the leaf, a link and two roots among them. */
  private static final int LONGEST_CHAIN = 6;

  private final Path directory;
  private final StateFolder folder;
  private final String trustDomain;
  private final InstantSource clock;

  PluggedAuthority(Path directory, StateFolder folder, String trustDomain, InstantSource clock) {
    this.directory = directory;
    this.folder = folder;
    this.trustDomain = trustDomain;
    this.clock = clock;
  }

  @Override
  public Signing read() throws IOException {
    Path data = data();
    X509Certificate certificate = certificates(data, CERTIFICATE).get(0);
    Issuer issuer = new Issuer(certificate, key(data));
    try {
      issuer.requirePair();
      requireStrong(certificate);
    } catch (GeneralSecurityException e) {
      throw unfit(KEY, String.valueOf(e.getMessage()), "the key of " + CERTIFICATE, e);
    }
    requireTrustDomain(certificate);
    List<X509Certificate> roots = certificates(data, ROOTS);
    List<X509Certificate> chain = chain(certificate, certificates(data, CHAIN), roots);
    Signing signing = signing(issuer, chain, roots);
    probe(signing);
    new PluggedState(trustDomain, directory.toAbsolutePath().toString(), signing.roots())
        .write(folder);
    return signing;
  }

  private Path data() throws IOException {
    Path data = directory.resolve(DATA);
    return Files.isDirectory(data) ? data.toRealPath() : directory;
  }

  private String text(Path data, String name) throws IOException {
    Path file = data.resolve(name);
    try {
      if (Files.size(file) > LARGEST) {
        throw unfit(name, Files.size(file) + " bytes", "at most " + LARGEST, null);
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw unfit(name, "missing", String.join(", ", FILES), e);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw unfit(name, "not a text", "PEM", e);
    }
  }

  private List<X509Certificate> certificates(Path data, String name) throws IOException {
    try {
      List<X509Certificate> all = Pem.certificates(text(data, name));
      if (all.isEmpty() && !name.equals(CHAIN)) {
        throw new GeneralSecurityException("no certificate");
      }
      return all;
    } catch (GeneralSecurityException e) {
      throw unfit(name, String.valueOf(e.getMessage()), "certificates, PEM", e);
    }
  }

  private PrivateKey key(Path data) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(text(data, KEY)))) {
      for (Object read = parser.readObject(); read != null; read = parser.readObject()) {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        if (read instanceof PEMKeyPair pair) {
          return converter.getKeyPair(pair).getPrivate();
        }
        if (read instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        }
      }
    } catch (PEMException e) {
      // Never with its message: it may quote the file.
      throw unfit(KEY, "it cannot be read", "an ECDSA or RSA key, PEM, not encrypted", null);
    }
    throw unfit(KEY, "no key", "an ECDSA or RSA key, PEM, not encrypted", null);
  }

  private static void requireStrong(X509Certificate certificate) throws GeneralSecurityException {
    int bits = 0;
    int least = LEAST_RSA;
    if (certificate.getPublicKey() instanceof RSAPublicKey rsa) {
      bits = rsa.getModulus().bitLength();
    } else if (certificate.getPublicKey() instanceof ECPublicKey ec) {
      bits = ec.getParams().getCurve().getField().getFieldSize();
      least = LEAST_EC;
    }
    if (bits < least) {
      throw new GeneralSecurityException("a key of " + bits + " bits, where " + least + " are due");
    }
  }

  /** An authority that names a trust domain is for that alone. */
  private void requireTrustDomain(X509Certificate certificate) throws IOException {
    try {
      for (String uri : Certificates.uris(certificate)) {
        if (uri.startsWith("spiffe://") && !uri.equals("spiffe://" + trustDomain)) {
          throw unfit(CERTIFICATE, "of " + Shown.of(uri), "trust domain " + trustDomain, null);
        }
      }
    } catch (java.security.cert.CertificateParsingException e) {
      throw unfit(CERTIFICATE, String.valueOf(e.getMessage()), "names that can be read", e);
    }
  }

  /** From the issuer up to what a root has signed; empty where the issuer is a root itself. */
  private List<X509Certificate> chain(
      X509Certificate issuer, List<X509Certificate> given, List<X509Certificate> roots)
      throws IOException {
    if (roots.contains(issuer)) {
      return List.of();
    }
    List<X509Certificate> chain = new ArrayList<>(List.of(issuer));
    X509Certificate last = issuer;
    while (signer(last, roots) == null) {
      X509Certificate above = signer(last, given);
      if (above == null || chain.contains(above) || chain.size() == LONGEST_CHAIN) {
        throw unfit(
            CHAIN,
            "nothing that has signed " + Shown.of(last.getSubjectX500Principal().getName()),
            "at most " + LONGEST_CHAIN + " certificates from " + CERTIFICATE + " up to " + ROOTS,
            null);
      }
      chain.add(above);
      last = above;
    }
    return chain;
  }

  private static @Nullable X509Certificate signer(
      X509Certificate certificate, List<X509Certificate> candidates) {
    for (X509Certificate candidate : candidates) {
      if (candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        try {
          certificate.verify(candidate.getPublicKey());
          return candidate;
        } catch (GeneralSecurityException e) {
          // Another one of that name.
        }
      }
    }
    return null;
  }

  /** The root that the chain leads to comes first; our own of before shows the way to it. */
  private Signing signing(Issuer issuer, List<X509Certificate> chain, List<X509Certificate> roots)
      throws IOException {
    X509Certificate top =
        chain.isEmpty() ? issuer.certificate() : signer(chain.get(chain.size() - 1), roots);
    if (top == null) {
      throw new IllegalStateException("the chain was followed up to a root");
    }
    List<X509Certificate> ordered = new ArrayList<>(List.of(top));
    roots.stream().filter(root -> !ordered.contains(root)).forEach(ordered::add);
    return new Signing(issuer, chain, ordered, links(top, roots), null);
  }

  private List<X509Certificate> links(X509Certificate top, List<X509Certificate> roots)
      throws IOException {
    Optional<String> there = folder.read(OwnRoots.FILE);
    if (there.isEmpty()) {
      return List.of();
    }
    Root own = Root.read(there.get(), folder, OwnRoots.FILE);
    if (!roots.contains(own.certificate())) {
      if (PluggedState.read(folder) != null) {
        return List.of(); // it was there once, and was retired since
      }
      throw unfit(
          ROOTS,
          "without our own root, on which all certificates rest that were issued so far",
          "what is in " + folder.file("root-certificate.pem") + ", too; or a new state directory",
          null);
    }
    try {
      return List.of(own.issuer().link(top), own.certificate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing with a key that was checked", e);
    }
  }

  /** Makes a certificate for nobody, and verifies it as those do who would meet it. */
  private void probe(Signing signing) throws IOException {
    SpiffeId nobody = new SpiffeId(trustDomain, new Namespace("default"), "nobody");
    Instant now = clock.instant();
    Leaf leaf = Leaf.workload(nobody, Duration.ofMinutes(1));
    try {
      if (!now.isBefore(signing.end())) {
        throw new GeneralSecurityException("it has ended at " + signing.end());
      }
      if (now.isBefore(signing.start())) {
        throw new GeneralSecurityException("it begins at " + signing.start());
      }
      List<X509Certificate> path = new ArrayList<>();
      path.add(
          signing
              .issuer()
              .sign(leaf, Keys.generate().getPublic(), Authority.validity(leaf, signing, now)));
      path.addAll(signing.chain());
      requireAuthority(signing.issuer().certificate());
      TrustPath.verify(path, signing.roots(), now);
    } catch (GeneralSecurityException e) {
      throw unfit(
          CERTIFICATE,
          "what it signs would be refused: " + e.getMessage(),
          "an authority's certificate that is valid now, for " + trustDomain,
          e);
    }
  }

  /** Anchors are not looked at by those who verify paths. */
  private static void requireAuthority(X509Certificate certificate)
      throws GeneralSecurityException {
    boolean[] usage = certificate.getKeyUsage();
    if (certificate.getBasicConstraints() < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
      throw new GeneralSecurityException("it is no authority's");
    }
  }

  private IOException unfit(String file, String found, String expected, @Nullable Exception cause) {
    return new IOException(
        directory.resolve(file) + ": " + found + " (expected: " + expected + ")", cause);
  }

  @Override
  public Object stamp() throws IOException {
    Path data = data();
    List<String> stamps = new ArrayList<>(List.of(data.toString()));
    for (String file : FILES) {
      stamps.add(StateFolder.stamp(data.resolve(file)));
    }
    return stamps;
  }

  @Override
  public String toString() {
    return directory.resolve(CERTIFICATE).toString();
  }
}
