package dev.weft.xds.oracle;

import com.google.protobuf.ByteString;
import dev.weft.control.api.v1.RequestAuthentication;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** Somebody who issues tokens: with RSA (RS256), or on P-256 (ES256). */
record OracleIssuer(String name, String keyId, boolean isCurve, KeyPair keys) {

  static OracleIssuer of(String name, String keyId, boolean isCurve)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(isCurve ? "EC" : "RSA");
    if (isCurve) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    } else {
      generator.initialize(2048);
    }
    return new OracleIssuer(name, keyId, isCurve, generator.generateKeyPair());
  }

  String algorithm() {
    return isCurve ? "ES256" : "RS256";
  }

  /** Its key set, for Envoy. */
  String keySet() {
    String numbers;
    if (keys.getPublic() instanceof RSAPublicKey rsa) {
      numbers =
          "\"kty\":\"RSA\",\"e\":\"%s\",\"n\":\"%s\""
              .formatted(encoded(rsa.getPublicExponent(), 3), encoded(rsa.getModulus(), 256));
    } else {
      ECPublicKey point = (ECPublicKey) keys.getPublic();
      numbers =
          "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\""
              .formatted(
                  encoded(point.getW().getAffineX(), 32), encoded(point.getW().getAffineY(), 32));
    }
    return "{\"keys\":[{%s,\"kid\":\"%s\",\"alg\":\"%s\"}]}".formatted(numbers, keyId, algorithm());
  }

  /** The same, for us. */
  RequestAuthentication.Key key() {
    return RequestAuthentication.Key.newBuilder()
        .setId(keyId)
        .addAlgorithms(algorithm())
        .setPublicKey(ByteString.copyFrom(keys.getPublic().getEncoded()))
        .build();
  }

  String token(String header, String payload) {
    String signed = encoded(header) + "." + encoded(payload);
    try {
      Signature signer =
          Signature.getInstance(isCurve ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
      signer.initSign(keys.getPrivate());
      signer.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + encoded(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String encoded(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[length];
    byte[] plain = bytes.length > length ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    System.arraycopy(plain, 0, padded, length - plain.length, plain.length);
    return encoded(padded);
  }
}
