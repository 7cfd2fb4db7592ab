package dev.weft.xds.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads protobuf's encoding, and knows at which field it is. */
public final class WireReader {

  /** Messages within messages. */
  private static final int DEEPEST = 64;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final IgnoredFields ignored;
  private final String[] path = new String[DEEPEST];
  private final int[] indexes = new int[DEEPEST];
  private @Nullable CharsetDecoder utf8;
  private int depth;
  private int at;
  private int end;
  private int field;
  private int wireType;
  private boolean packed;

  public WireReader(byte[] bytes, IgnoredFields ignored) {
    this.bytes = bytes;
    this.ignored = ignored;
    this.end = bytes.length;
  }

  /** Moves to the next field; false at the end of the message. */
  public boolean next() throws InvalidMessageException {
    if (at >= end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wireType = (int) tag & 7;
    if (tag >>> 32 != 0 || field == 0) {
      throw invalid("tag: " + tag + " (expected: a field of 1 to 536870911)");
    }
    return true;
  }

  /** The number of the current field. */
  public int field() {
    return field;
  }

  /** Enters the message that the current field holds; the result is for {@link #leave}. */
  public int enter(String name) throws InvalidMessageException {
    return enter(name, -1);
  }

  /** Likewise, for one element of a list. */
  public int enter(String name, int index) throws InvalidMessageException {
    int length = length();
    if (depth == DEEPEST) {
      throw invalid("messages nested deeper than " + DEEPEST);
    }
    path[depth] = name;
    indexes[depth] = index;
    depth++;
    int outer = end;
    end = at + length;
    return outer;
  }

  public void leave(int outer) {
    depth--;
    end = outer;
  }

  /** Enters a list of numbers, which may be packed or come one by one. */
  public int enterPacked(String name) throws InvalidMessageException {
    packed = wireType == LENGTH_DELIMITED;
    if (packed) {
      int outer = enter(name);
      wireType = VARINT;
      return outer;
    }
    if (depth == DEEPEST) {
      throw invalid("messages nested deeper than " + DEEPEST);
    }
    path[depth] = name;
    indexes[depth] = -1;
    depth++;
    return end;
  }

  /** Whether the list that was entered has more elements. */
  public boolean more() {
    return packed && at < end;
  }

  public String string() throws InvalidMessageException {
    int length = length();
    int from = at;
    at += length;
    for (int i = from; i < at; i++) {
      if (bytes[i] < 0) {
        return utf8(from, length);
      }
    }
    return new String(bytes, from, length, StandardCharsets.US_ASCII);
  }

  private String utf8(int from, int length) throws InvalidMessageException {
    if (utf8 == null) {
      utf8 = StandardCharsets.UTF_8.newDecoder(); // reports what is malformed
    }
    try {
      return utf8.decode(ByteBuffer.wrap(bytes, from, length)).toString();
    } catch (CharacterCodingException e) {
      throw invalid("field " + field + ": not UTF-8");
    }
  }

  public byte[] bytes() throws InvalidMessageException {
    int length = length();
    at += length;
    return java.util.Arrays.copyOfRange(bytes, at - length, at);
  }

  public boolean bool() throws InvalidMessageException {
    return int64() != 0;
  }

  public int int32() throws InvalidMessageException {
    return (int) int64();
  }

  public long uint32() throws InvalidMessageException {
    return int64() & 0xffff_ffffL;
  }

  public long int64() throws InvalidMessageException {
    expect(VARINT);
    return varint();
  }

  public double fixed64() throws InvalidMessageException {
    expect(FIXED64);
    return Double.longBitsToDouble(little(8));
  }

  /** The current field may not be ignored. */
  public InvalidMessageException refused(String name) {
    return invalid(name + ": not supported");
  }

  /** Skips the current field, which is known but not read. */
  public void ignored(String fullName) throws InvalidMessageException {
    skip();
    ignored.ignored(fullName);
  }

  /** Skips the current field, which this API does not have. */
  public void unknown(String message) throws InvalidMessageException {
    int number = field;
    skip();
    ignored.ignored(message + "." + number);
  }

  /** The current field is not known, in a message of which nothing may be ignored. */
  public InvalidMessageException unknownRefused(String message) {
    return invalid("field " + field + ": unknown to " + message);
  }

  /** Skips the current field without a word. */
  private void skip() throws InvalidMessageException {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> little(8);
      case LENGTH_DELIMITED -> {
        int length = length();
        at += length;
      }
      case FIXED32 -> little(4);
      default ->
          throw invalid("field " + field + ": wire type " + wireType + " (expected: 0 to 2, 5)");
    }
  }

  private int length() throws InvalidMessageException {
    expect(LENGTH_DELIMITED);
    long length = varint();
    if (length < 0 || length > end - at) {
      throw invalid("field " + field + ": " + length + " bytes, where " + (end - at) + " are left");
    }
    return (int) length;
  }

  private void expect(int wanted) throws InvalidMessageException {
    if (wireType != wanted) {
      throw invalid("field " + field + ": wire type " + wireType + " (expected: " + wanted + ")");
    }
  }

  private long varint() throws InvalidMessageException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= end) {
        throw invalid("ends within a number");
      }
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw invalid("number of more than 10 bytes");
  }

  private long little(int size) throws InvalidMessageException {
    if (size > end - at) {
      throw invalid("ends within a number");
    }
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (bytes[at + i] & 0xff);
    }
    at += size;
    return value;
  }

  private InvalidMessageException invalid(String problem) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      text.append(path[i]);
      if (indexes[i] >= 0) {
        text.append('[').append(indexes[i]).append(']');
      }
      text.append(i < depth - 1 ? "." : ": ");
    }
    if (text.length() > 0 && problem.endsWith(": not supported")) {
      text.setLength(text.length() - 2);
      text.append('.');
    }
    return new InvalidMessageException(text.append(problem).toString());
  }
}
