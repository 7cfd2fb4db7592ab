package dev.weft.harness.kubernetes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The key pair that signs service accounts' tokens, as files. */
record Keys(Path secret, Path shared) {

  private static final int BITS = 2048;
  private static final Base64.Encoder MIME =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  static Keys make(Path directory) throws IOException {
    Keys keys = new Keys(directory.resolve("sa.key"), directory.resolve("sa.pub"));
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS);
      KeyPair pair = generator.generateKeyPair();
      Files.writeString(keys.secret, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      Files.writeString(keys.shared, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
    return keys;
  }

  static String pem(String what, byte[] der) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + MIME.encodeToString(der)
        + "\n-----END "
        + what
        + "-----\n";
  }
}
