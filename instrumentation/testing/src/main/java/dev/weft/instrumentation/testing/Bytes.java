package dev.weft.instrumentation.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/** Large bodies that both sides can make, and compare by their hashes. */
public final class Bytes {

  private static final int BLOCK = 8192;

  private Bytes() {}

  /** The same bytes for the same count. */
  public static byte[] of(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  public static String hash(byte[] bytes) {
    MessageDigest digest = Behaviour.sha256();
    return HexFormat.of().formatHex(digest.digest(bytes));
  }

  static void write(OutputStream out, int count) throws IOException {
    byte[] bytes = of(count);
    for (int i = 0; i < count; i += BLOCK) {
      out.write(bytes, i, Math.min(BLOCK, count - i));
    }
  }
}
