package dev.weft.engine.telemetry;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The wire form of {@code google.protobuf.Struct}, as far as strings and structs of strings go:
 * {@code Struct{1: map<string, Value>}}, an entry being {@code {1: key, 2: Value}}, and {@code
 * Value{3: string, 5: Struct}}.
 */
final class Struct {

  private static final int FIELDS = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int STRING_VALUE = 3;
  private static final int STRUCT_VALUE = 5;
  private static final int DEEPEST = 4;

  private Struct() {}

  static void string(ByteArrayOutputStream out, String key, String value) {
    ByteArrayOutputStream wrapped = new ByteArrayOutputStream();
    bytes(wrapped, STRING_VALUE, value.getBytes(StandardCharsets.UTF_8));
    entry(out, key, wrapped.toByteArray());
  }

  static void struct(ByteArrayOutputStream out, String key, Map<String, String> values) {
    ByteArrayOutputStream struct = new ByteArrayOutputStream();
    values.forEach((k, v) -> string(struct, k, v));
    ByteArrayOutputStream wrapped = new ByteArrayOutputStream();
    bytes(wrapped, STRUCT_VALUE, struct.toByteArray());
    entry(out, key, wrapped.toByteArray());
  }

  private static void entry(ByteArrayOutputStream out, String key, byte[] value) {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    bytes(entry, KEY, key.getBytes(StandardCharsets.UTF_8));
    bytes(entry, VALUE, value);
    bytes(out, FIELDS, entry.toByteArray());
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] bytes) {
    varint(out, (field << 3) | 2);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int left = value;
    while (left > 0x7f) {
      out.write((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }

  /**
   * Visits every string, with the keys on the way to it joined by a slash.
   *
   * @throws IllegalArgumentException when this is no Struct
   */
  static void read(byte[] bytes, BiConsumer<String, String> visitor) {
    new Reader(bytes, visitor).struct("", bytes.length, 0);
  }

  private static final class Reader {
    private final byte[] bytes;
    private final BiConsumer<String, String> visitor;
    private int at;

    Reader(byte[] bytes, BiConsumer<String, String> visitor) {
      this.bytes = bytes;
      this.visitor = visitor;
    }

    void struct(String path, int end, int depth) {
      if (depth > DEEPEST) {
        throw new IllegalArgumentException("nested too deep");
      }
      while (at < end) {
        long tag = varint(end);
        if (tag == ((FIELDS << 3) | 2)) {
          entry(path, length(end), depth);
        } else {
          skip(tag, end);
        }
      }
    }

    private void entry(String path, int end, int depth) {
      String key = "";
      while (at < end) {
        long tag = varint(end);
        if (tag == ((KEY << 3) | 2)) {
          key = text(end);
        } else if (tag == ((VALUE << 3) | 2)) {
          value(path + key, length(end), depth);
        } else {
          skip(tag, end);
        }
      }
    }

    private void value(String path, int end, int depth) {
      while (at < end) {
        long tag = varint(end);
        if (tag == ((STRING_VALUE << 3) | 2)) {
          visitor.accept(path, text(end));
        } else if (tag == ((STRUCT_VALUE << 3) | 2)) {
          struct(path + "/", length(end), depth + 1);
        } else {
          skip(tag, end);
        }
      }
    }

    private String text(int end) {
      int stop = length(end);
      String text = new String(bytes, at, stop - at, StandardCharsets.UTF_8);
      at = stop;
      return text;
    }

    /** Reads a length; returns where what it measures ends. */
    private int length(int end) {
      long length = varint(end);
      if (length < 0 || length > end - at) {
        throw new IllegalArgumentException("cut off");
      }
      return at + (int) length;
    }

    private long varint(int end) {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (at >= end) {
          throw new IllegalArgumentException("cut off");
        }
        byte b = bytes[at++];
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("a number without an end");
    }

    private void skip(long tag, int end) {
      switch ((int) (tag & 7)) {
        case 0 -> varint(end);
        case 1 -> at += 8;
        case 2 -> at = length(end);
        case 5 -> at += 4;
        default -> throw new IllegalArgumentException("unknown wire type");
      }
      if (at > end) {
        throw new IllegalArgumentException("cut off");
      }
    }
  }
}
