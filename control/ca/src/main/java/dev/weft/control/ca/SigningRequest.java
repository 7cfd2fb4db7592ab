package dev.weft.control.ca;

import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A PKCS #10 request whose signature proves that its sender has the private key.
 *
 * @param names the URIs that it asks for; whoever signs decides the name himself
 */
record SigningRequest(PublicKey key, List<String> names) {

  private static final int LENGTH = 16 << 10;
  private static final String SPIFFE = "spiffe:";
  private static final Set<ASN1ObjectIdentifier> SIGNATURES =
      Set.of(
          X9ObjectIdentifiers.ecdsa_with_SHA256,
          X9ObjectIdentifiers.ecdsa_with_SHA384,
          X9ObjectIdentifiers.ecdsa_with_SHA512);

  static SigningRequest read(String pem) throws RefusedException {
    if (pem.length() > LENGTH) {
      throw refused(pem.length() + " characters (expected: at most " + LENGTH + ")");
    }
    try {
      var request = new JcaPKCS10CertificationRequest(Pem.read(pem, "CERTIFICATE REQUEST"));
      PublicKey key = request.getPublicKey();
      Keys.requireP256(key);
      if (!SIGNATURES.contains(request.getSignatureAlgorithm().getAlgorithm())) {
        throw refused(
            "signed with "
                + request.getSignatureAlgorithm().getAlgorithm()
                + " (expected: ECDSA with SHA-256, SHA-384 or SHA-512)");
      }
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw refused("not signed with the key that it carries (expected: proof of possession)");
      }
      return new SigningRequest(key, uris(request.getRequestedExtensions()));
    } catch (IOException
        | GeneralSecurityException
        | PKCSException
        | OperatorCreationException
        | RuntimeException e) {
      // The parser throws what it likes over what a stranger sends.
      throw refused(Shown.of(String.valueOf(e.getMessage())) + " (expected: PKCS #10 as PEM)");
    }
  }

  private static List<String> uris(@org.jspecify.annotations.Nullable Extensions extensions) {
    GeneralNames names =
        extensions == null
            ? null
            : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
    return names == null
        ? List.of()
        : Arrays.stream(names.getNames())
            .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
            .map(name -> name.getName().toString())
            .toList();
  }

  /** Refuses a request that asks for another identity than its sender's. */
  void requireNoOther(SpiffeId sender) throws RefusedException {
    for (String name : names) {
      if (name.startsWith(SPIFFE) && !name.equals(sender.toString())) {
        throw new RefusedException(
            Kind.FORBIDDEN,
            "signing request: asks for " + Shown.of(name) + " (expected: " + sender + ")");
      }
    }
  }

  private static RefusedException refused(String why) {
    return new RefusedException(Kind.INVALID, "signing request: " + why);
  }
}
