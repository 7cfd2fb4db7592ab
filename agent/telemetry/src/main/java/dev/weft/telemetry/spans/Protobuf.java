package dev.weft.telemetry.spans;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes protobuf's wire format: as much of it as OTLP needs. */
final class Protobuf {

  private byte[] bytes = new byte[512];
  private int size;

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  void varint(long value) {
    ensure(10);
    long left = value;
    while ((left & ~0x7fL) != 0) {
      bytes[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
  }

  void number(int field, long value) {
    varint((long) field << 3);
    varint(value);
  }

  void fixed64(int field, long value) {
    varint(((long) field << 3) | 1);
    ensure(8);
    for (int i = 0; i < 8; i++) {
      bytes[size++] = (byte) (value >>> (8 * i));
    }
  }

  void fixed32(int field, int value) {
    varint(((long) field << 3) | 5);
    ensure(4);
    for (int i = 0; i < 4; i++) {
      bytes[size++] = (byte) (value >>> (8 * i));
    }
  }

  /** Numbers as bytes, the highest first, as trace and span ids are written. */
  void id(int field, long... parts) {
    varint(((long) field << 3) | 2);
    varint(8L * parts.length);
    ensure(8 * parts.length);
    for (long part : parts) {
      for (int i = 7; i >= 0; i--) {
        bytes[size++] = (byte) (part >>> (8 * i));
      }
    }
  }

  void text(int field, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    bytes(field, utf8, utf8.length);
  }

  void message(int field, Protobuf message) {
    bytes(field, message.bytes, message.size);
  }

  private void bytes(int field, byte[] value, int length) {
    varint(((long) field << 3) | 2);
    varint(length);
    ensure(length);
    System.arraycopy(value, 0, bytes, size, length);
    size += length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
