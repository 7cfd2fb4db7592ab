package dev.weft.engine.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where a request stands in its trace (W3C Trace Context).
 *
 * @param traceHigh upper half of the trace id
 * @param traceLow lower half of the trace id
 * @param span id of the span
 * @param parent id of the span it belongs to; 0: none, or not known
 * @param sampled whether the trace is recorded
 */
public record SpanContext(long traceHigh, long traceLow, long span, long parent, boolean sampled) {

  private static final int TRACEPARENT = 55;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  /** The first span of a new trace. */
  public static SpanContext root(RandomGenerator random, Sampler sampler) {
    long low = id(random);
    return new SpanContext(random.nextLong(), low, id(random), 0, sampler.samples(null, low));
  }

  /** A span below this one. */
  public SpanContext child(RandomGenerator random, Sampler sampler) {
    boolean records = sampler.samples(this, traceLow);
    return new SpanContext(traceHigh, traceLow, id(random), span, records);
  }

  // Zero is not an id.
  private static long id(RandomGenerator random) {
    long id = random.nextLong();
    return id == 0 ? 1 : id;
  }

  /** Reads a {@code traceparent}; null when it is not one (the trace then begins anew). */
  public static @Nullable SpanContext parse(String header) {
    if (header.length() < TRACEPARENT
        || header.charAt(2) != '-'
        || header.charAt(35) != '-'
        || header.charAt(52) != '-'
        || !isVersion(header)) {
      return null;
    }
    try {
      long high = hex(header, 3);
      long low = hex(header, 19);
      long span = hex(header, 36);
      int flags = (digit(header, 53) << 4) | digit(header, 54);
      return (high | low) == 0 || span == 0
          ? null
          : new SpanContext(high, low, span, 0, (flags & 1) != 0);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  // Version 00 ends after the flags; a later one may go on after a dash; ff is none.
  private static boolean isVersion(String header) {
    try {
      int version = (digit(header, 0) << 4) | digit(header, 1);
      return version == 0
          ? header.length() == TRACEPARENT
          : version != 0xff
              && (header.length() == TRACEPARENT || header.charAt(TRACEPARENT) == '-');
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** 16 hexadecimal digits from here on. */
  static long hex(String text, int from) {
    long value = 0;
    for (int i = from; i < from + 16; i++) {
      value = (value << 4) | digit(text, i);
    }
    return value;
  }

  // Lower case only, as the recommendation says.
  private static int digit(String text, int index) {
    char c = text.charAt(index);
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    throw new NumberFormatException("not a hexadecimal digit");
  }

  /** As a {@code traceparent} header, version 00. */
  public String traceparent() {
    byte[] text = new byte[TRACEPARENT];
    text[0] = '0';
    text[1] = '0';
    text[2] = '-';
    put(text, 3, traceHigh);
    put(text, 19, traceLow);
    text[35] = '-';
    put(text, 36, span);
    text[52] = '-';
    text[53] = '0';
    text[54] = (byte) (sampled ? '1' : '0');
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** 32 hexadecimal digits. */
  public String traceId() {
    byte[] text = new byte[32];
    put(text, 0, traceHigh);
    put(text, 16, traceLow);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** 16 hexadecimal digits. */
  public String spanId() {
    return hex(span);
  }

  /** 16 hexadecimal digits. */
  static String hex(long value) {
    byte[] text = new byte[16];
    put(text, 0, value);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** Writes 16 hexadecimal digits. */
  static void put(byte[] text, int from, long value) {
    for (int i = 0; i < 16; i++) {
      text[from + i] = HEX[(int) (value >>> (60 - 4 * i)) & 15];
    }
  }
}
