package dev.weft.instrumentation.sockets;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What servers serve, and clients compare byte for byte. All of it is marked, for the tap. */
public final class Content {

  /** In every body of more than a few bytes; must never be seen on the wire. */
  public static final byte[] MARK = "weft-plaintext-mark".getBytes(StandardCharsets.US_ASCII);

  public static final byte[] SMALL = "hello".getBytes(StandardCharsets.US_ASCII);

  private static final int BLOCK = 64 * 1024;
  private static final int FILE_SIZE = 20_000_003;
  private static final int FILE_SEED = 77;

  private Content() {}

  /** Bytes that follow from a seed, with the mark in every 4096. */
  public static byte[] pattern(int seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    for (int at = 32; at + MARK.length <= count; at += 4096) {
      System.arraycopy(MARK, 0, bytes, at, MARK.length);
    }
    return bytes;
  }

  /** What {@code /big} answers. */
  public static byte[] big(int seed, int count) {
    byte[] block = pattern(seed, BLOCK);
    byte[] bytes = new byte[count];
    for (int at = 0; at < count; at += BLOCK) {
      System.arraycopy(block, 0, bytes, at, Math.min(BLOCK, count - at));
    }
    return bytes;
  }

  /** The file that servers send by the kernel where they can; made when it is not there. */
  public static Path file(Path folder) throws IOException {
    Path file = folder.resolve("content.bin");
    if (!Files.exists(file)) {
      Path made = Files.createTempFile(folder, "content", null);
      Files.write(made, big(FILE_SEED, FILE_SIZE));
      Files.move(made, file);
    }
    return file;
  }

  /** SHA-256, hexadecimal. */
  public static String hash(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Throws unless the bodies are the same. */
  public static void compare(byte[] expected, byte[] found, String what) throws IOException {
    if (!Arrays.equals(expected, found)) {
      throw new IOException(
          what
              + ": the body differs at "
              + Arrays.mismatch(expected, found)
              + ", "
              + found.length
              + " of "
              + expected.length
              + " bytes");
    }
  }

  /** Serves everything but {@code /file}, of which each server has its own way. */
  public static void serve(
      String path, @Nullable String query, InputStream in, OutputStream out, Path file)
      throws IOException {
    switch (path) {
      case "/small" -> out.write(SMALL);
      case "/echo" -> out.write(in.readAllBytes());
      case "/hash" -> out.write(hashOf(in).getBytes(StandardCharsets.US_ASCII));
      case "/big" -> {
        int left = number(query, "n");
        byte[] block = pattern(number(query, "seed"), BLOCK);
        while (left > 0) {
          int count = Math.min(left, block.length);
          out.write(block, 0, count);
          left -= count;
        }
      }
      case "/file" -> {
        try (InputStream from = Files.newInputStream(file)) {
          from.transferTo(out);
        }
      }
      default -> throw new IOException("no content at " + path);
    }
  }

  private static String hashOf(InputStream in) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[8192];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      digest.update(buffer, 0, count);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static int number(@Nullable String query, String name) throws IOException {
    for (String pair : query == null ? new String[0] : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return Integer.parseInt(pair.substring(name.length() + 1));
      }
    }
    throw new IOException("no " + name + " in " + query);
  }
}
