package dev.weft.xds.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes protobuf's encoding. */
public final class WireWriter {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public void string(int field, String value) {
    message(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public void bytes(int field, byte[] value) {
    message(field, value);
  }

  /** A message that is encoded already. */
  public void message(int field, byte[] value) {
    varint((long) field << 3 | 2);
    varint(value.length);
    out.writeBytes(value);
  }

  public void bool(int field, boolean value) {
    int64(field, value ? 1 : 0);
  }

  public void int32(int field, int value) {
    int64(field, value);
  }

  public void uint32(int field, long value) {
    int64(field, value);
  }

  public void int64(int field, long value) {
    varint((long) field << 3);
    varint(value);
  }

  public void fixed64(int field, double value) {
    varint((long) field << 3 | 1);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < 8; i++) {
      out.write((int) (bits >>> (8 * i)));
    }
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  public byte[] toByteArray() {
    return out.toByteArray();
  }
}
