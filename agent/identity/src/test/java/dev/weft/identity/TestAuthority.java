package dev.weft.identity;

import dev.weft.engine.config.SpiffeId;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A certificate authority that signs whatever a test wants. */
final class TestAuthority {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] ALGORITHM = Der.of(Der.SEQUENCE, Der.oid(1, 2, 840, 10045, 4, 3, 2));
  private static final byte[] TRUE = {0x01, 0x01, (byte) 0xff};
  private static final AtomicLong SERIALS = new AtomicLong(1000);

  final X509Certificate root;
  private final KeyPair pair;
  private final String name;

  /** Valid for ten years around now. */
  TestAuthority(String name) {
    try {
      this.name = name;
      this.pair = keys();
      Instant now = Instant.now();
      this.root =
          certificate(
              new Leaf(now.minus(Duration.ofDays(3650)), now.plus(Duration.ofDays(3650))),
              name,
              pair.getPublic(),
              extension(
                  Der.oid(2, 5, 29, 19),
                  TRUE,
                  Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, TRUE))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What is special about a leaf.
   *
   * @param use object identifiers of extended key usages; empty: none
   */
  record Leaf(Instant from, Instant to, List<String> uris, List<String> dns, List<Integer> use) {
    Leaf(Instant from, Instant to) {
      this(from, to, List.of(), List.of(), List.of());
    }

    static Leaf of(Instant now, Duration life, String... uris) {
      return new Leaf(
          now.minus(Duration.ofMinutes(5)),
          now.plus(life),
          List.of(uris),
          List.of(),
          List.of(1, 2));
    }

    Leaf withDns(String... names) {
      return new Leaf(from, to, uris, List.of(names), use);
    }

    Leaf withUse(Integer... uses) {
      return new Leaf(from, to, uris, dns, List.of(uses));
    }
  }

  static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private TestAuthority(String name, KeyPair pair, X509Certificate root) {
    this.name = name;
    this.pair = pair;
    this.root = root;
  }

  /**
   * An intermediate authority, signed by this one.
   *
   * @param constraints the content of its basic constraints; empty: it is no authority
   * @param more extensions
   */
  TestAuthority below(String other, Leaf times, byte[] constraints, byte[]... more) {
    try {
      KeyPair own = keys();
      List<byte[]> extensions = new ArrayList<>(List.of(more));
      extensions.add(
          extension(
              Der.oid(2, 5, 29, 19),
              TRUE,
              Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, constraints))));
      return new TestAuthority(
          other,
          own,
          certificate(times, other, own.getPublic(), extensions.toArray(new byte[0][])));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Basic constraints of an authority below which there may be any other. */
  static final byte[] ANY = TRUE;

  /** And of one below which there may be leaves alone. */
  static final byte[] LEAVES = concat(TRUE, Der.of(Der.INTEGER, new byte[] {0}));

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** For identities of this trust domain alone. */
  static byte[] onlyFor(String trustDomain) {
    byte[] permitted = Der.context(0, Der.of(Der.SEQUENCE, Der.contextText(6, trustDomain)));
    return extension(
        Der.oid(2, 5, 29, 30), TRUE, Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, permitted)));
  }

  /** Another authority's certificate, signed by this one: whoever knows this one follows it. */
  X509Certificate link(TestAuthority other) {
    try {
      return certificate(
          new Leaf(other.root.getNotBefore().toInstant(), other.root.getNotAfter().toInstant()),
          other.name,
          other.pair.getPublic(),
          extension(
              Der.oid(2, 5, 29, 19), TRUE, Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, TRUE))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A credential of this leaf. */
  Credential credential(Leaf leaf) {
    try {
      KeyPair own = keys();
      X509Certificate signed = sign(leaf, own.getPublic());
      SpiffeId identity =
          leaf.uris().isEmpty()
              ? SpiffeId.parse("spiffe://cluster.local/ns/none/sa/none")
              : SpiffeId.parse(leaf.uris().get(0));
      return new Credential(identity, own.getPrivate(), List.of(signed), Set.of(root));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  X509Certificate sign(Leaf leaf, PublicKey key) throws GeneralSecurityException {
    List<byte[]> extensions = new ArrayList<>();
    List<byte[]> names = new ArrayList<>();
    leaf.uris().forEach(uri -> names.add(Der.contextText(6, uri)));
    leaf.dns().forEach(dns -> names.add(Der.contextText(2, dns)));
    if (!names.isEmpty()) {
      byte[] all = Der.of(Der.SEQUENCE, names.toArray(new byte[0][]));
      extensions.add(extension(Der.oid(2, 5, 29, 17), TRUE, Der.of(Der.OCTET_STRING, all)));
    }
    if (!leaf.use().isEmpty()) {
      byte[][] uses =
          leaf.use().stream()
              .map(use -> Der.oid(1, 3, 6, 1, 5, 5, 7, 3, use))
              .toArray(byte[][]::new);
      extensions.add(
          extension(Der.oid(2, 5, 29, 37), Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, uses))));
    }
    return certificate(leaf, "", key, extensions.toArray(new byte[0][]));
  }

  /** A list of what is revoked, by serial number; PEM. */
  String revocations(BigInteger... serials) {
    Instant now = Instant.now();
    List<byte[]> entries = new ArrayList<>();
    for (BigInteger serial : serials) {
      entries.add(
          Der.of(
              Der.SEQUENCE,
              Der.of(Der.INTEGER, serial.toByteArray()),
              time(now.minus(Duration.ofHours(1)))));
    }
    try {
      byte[] body =
          Der.of(
              Der.SEQUENCE,
              Der.of(Der.INTEGER, new byte[] {1}),
              ALGORITHM,
              distinguished(name),
              time(now.minus(Duration.ofHours(1))),
              time(now.plus(Duration.ofDays(1))),
              entries.isEmpty()
                  ? new byte[0]
                  : Der.of(Der.SEQUENCE, entries.toArray(new byte[0][])));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(body);
      return Pem.of("X509 CRL", Der.of(Der.SEQUENCE, body, ALGORITHM, Der.bits(signature.sign())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] extension(byte[]... parts) {
    return Der.of(Der.SEQUENCE, parts);
  }

  private X509Certificate certificate(
      Leaf leaf, String subject, PublicKey key, byte[]... extensions)
      throws GeneralSecurityException {
    byte[] body =
        Der.of(
            Der.SEQUENCE,
            Der.context(0, Der.of(Der.INTEGER, new byte[] {2})),
            Der.of(Der.INTEGER, BigInteger.valueOf(SERIALS.incrementAndGet()).toByteArray()),
            ALGORITHM,
            distinguished(name),
            Der.of(Der.SEQUENCE, time(leaf.from()), time(leaf.to())),
            distinguished(subject),
            key.getEncoded(),
            extensions.length == 0
                ? new byte[0]
                : Der.context(3, Der.of(Der.SEQUENCE, extensions)));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(body);
    byte[] whole = Der.of(Der.SEQUENCE, body, ALGORITHM, Der.bits(signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] distinguished(String text) {
    if (text.isEmpty()) {
      return Der.of(Der.SEQUENCE);
    }
    byte[] value = Der.of(0x0c, text.getBytes(StandardCharsets.UTF_8));
    return Der.of(Der.SEQUENCE, Der.of(Der.SET, Der.of(Der.SEQUENCE, Der.oid(2, 5, 4, 3), value)));
  }

  private static byte[] time(Instant instant) {
    return Der.of(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  static String pem(X509Certificate certificate) {
    try {
      return Pem.of("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Signs a request for its own key, after a look at its signature, as an authority does. */
  List<String> sign(String request, Leaf leaf) {
    try {
      Read read = new Read(request);
      return List.of(pem(sign(leaf, read.key)), pem(root));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A request, taken apart by a reader that knows only DER. */
  static final class Read {
    final PublicKey key;
    final String uri;

    Read(String pem) throws GeneralSecurityException {
      byte[] der =
          Base64.getMimeDecoder()
              .decode(pem.replaceAll("-----[A-Z ]+-----", "").getBytes(StandardCharsets.US_ASCII));
      List<byte[]> request = children(der);
      List<byte[]> information = children(request.get(0));
      key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(information.get(2)));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(key);
      signature.update(request.get(0));
      byte[] bits = content(request.get(2));
      if (!signature.verify(Arrays.copyOfRange(bits, 1, bits.length))) {
        throw new GeneralSecurityException("the request is not signed by its own key");
      }
      byte[] attribute = children(information.get(3)).get(0);
      byte[] extensions = children(children(attribute).get(1)).get(0);
      byte[] octets = children(children(extensions).get(0)).get(1);
      byte[] names = content(octets);
      uri = new String(content(children(names).get(0)), StandardCharsets.US_ASCII);
    }

    private static List<byte[]> children(byte[] value) {
      byte[] content = content(value);
      List<byte[]> all = new ArrayList<>();
      for (int at = 0; at < content.length; ) {
        int end = at + head(content, at) + length(content, at);
        all.add(Arrays.copyOfRange(content, at, end));
        at = end;
      }
      return all;
    }

    private static byte[] content(byte[] value) {
      return Arrays.copyOfRange(value, head(value, 0), value.length);
    }

    private static int head(byte[] bytes, int at) {
      int first = bytes[at + 1] & 0xff;
      return first < 0x80 ? 2 : 2 + (first & 0x7f);
    }

    private static int length(byte[] bytes, int at) {
      int first = bytes[at + 1] & 0xff;
      if (first < 0x80) {
        return first;
      }
      int length = 0;
      for (int i = 0; i < (first & 0x7f); i++) {
        length = length << 8 | (bytes[at + 2 + i] & 0xff);
      }
      return length;
    }
  }
}
