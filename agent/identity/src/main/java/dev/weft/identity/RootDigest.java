package dev.weft.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The SHA-256 of a root certificate, by which it is known before it was ever seen. */
public final class RootDigest {

  private static final int BYTES = 32;

  private final byte[] digest;

  private RootDigest(byte[] digest) {
    this.digest = digest;
  }

  /**
   * Reads one as join tokens carry it.
   *
   * @throws IllegalArgumentException it is no base64url of 32 bytes
   */
  public static RootDigest parse(String base64url) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(base64url);
    } catch (IllegalArgumentException e) {
      bytes = new byte[0];
    }
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "root: \"" + base64url + "\" (expected: a SHA-256, base64url)");
    }
    return new RootDigest(bytes);
  }

  /** Of this certificate. */
  public static RootDigest of(X509Certificate certificate) {
    try {
      return new RootDigest(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("every JDK has it, and it was read from its encoding", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RootDigest root && MessageDigest.isEqual(digest, root.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }
}
