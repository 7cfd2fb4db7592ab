package dev.weft.identity;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DLSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;

/**
 * A certificate has the one identity that stands in it, whatever other names it has, and nobody's
 * otherwise. In this package, because only it reads names.
 */
public final class CertificateTarget {

  private static final Pattern IDENTITY =
      Pattern.compile("spiffe://[a-z0-9._-]{1,255}/ns/[a-zA-Z0-9._-]+/sa/[a-zA-Z0-9._-]+");

  private static final SubjectPublicKeyInfo KEY = key();

  private CertificateTarget() {}

  /**
   * @param input names, a line each: the kind's tag (a byte) and its text
   */
  public static void fuzzerTestOneInput(byte[] input) {
    List<String> uris = new ArrayList<>();
    List<ASN1Encodable> names = new ArrayList<>();
    for (String line : new String(input, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (!line.isEmpty()) {
        int tag = line.charAt(0) & 15;
        String text = line.substring(1);
        if (tag == GeneralName.uniformResourceIdentifier) {
          uris.add(text);
        }
        names.add(name(tag, text));
      }
    }
    String identity;
    try {
      identity = PeerNames.of(certificate(names)).toString();
    } catch (CertificateException e) {
      return; // the JDK's refusals among them
    }
    if (!uris.equals(List.of(identity)) || !IDENTITY.matcher(identity).matches()) {
      throw new AssertionError(uris + " are taken for " + identity);
    }
  }

  /** Text where it belongs, and bytes of any kind where it does not. */
  private static ASN1Encodable name(int tag, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return switch (tag) {
      case GeneralName.rfc822Name, GeneralName.dNSName, GeneralName.uniformResourceIdentifier ->
          new DERTaggedObject(false, tag, new DERIA5String(text));
      case GeneralName.otherName ->
          new DERTaggedObject(
              false,
              tag,
              new DLSequence(
                  new ASN1Encodable[] {
                    NISTObjectIdentifiers.id_sha256,
                    new DERTaggedObject(true, 0, new DERUTF8String(text))
                  }));
      default -> new DERTaggedObject(false, tag, new DEROctetString(bytes));
    };
  }

  private static X509Certificate certificate(List<ASN1Encodable> names)
      throws CertificateException {
    X500Name nobody = new X500Name("CN=nobody");
    Date from = Date.from(Instant.EPOCH);
    ASN1Primitive all = new DLSequence(names.toArray(new ASN1Encodable[0]));
    try {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(nobody, BigInteger.ONE, from, from, nobody, KEY);
      builder.addExtension(Extension.subjectAlternativeName, false, all);
      byte[] der = builder.build(new Unsigned()).getEncoded();
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SubjectPublicKeyInfo key() {
    try {
      byte[] encoded =
          KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic().getEncoded();
      return SubjectPublicKeyInfo.getInstance(encoded);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Names are read of certificates whose signature was verified before; here none is. */
  private static final class Unsigned implements ContentSigner {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);
    }

    @Override
    public OutputStream getOutputStream() {
      return out;
    }

    @Override
    public byte[] getSignature() {
      return new byte[64];
    }
  }
}
