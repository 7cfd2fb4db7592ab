package dev.weft.control.source;

import java.util.Arrays;

/** What was found under a file's name; equal if it is the same content. */
sealed interface FileContent {

  /** What it holds. */
  final class Bytes implements FileContent {

    private final byte[] bytes;

    /** The array becomes this object's own. */
    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }

    boolean isBlank() {
      for (byte b : bytes) {
        if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** It is there, but cannot be read. */
  record Unreadable(String reason) implements FileContent {}
}
