package dev.weft.bookinfo.demo;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads spans out of an OTLP export request: just the fields that {@link Span} has, by their
 * numbers in {@code opentelemetry/proto/trace/v1/trace.proto}.
 */
final class Otlp {

  private Otlp() {}

  /**
   * The spans of a serialized {@code ExportTraceServiceRequest}.
   *
   * @throws IllegalArgumentException when it is not one
   */
  static List<Span> spans(byte[] request) {
    try {
      List<Span> spans = new ArrayList<>();
      for (ByteBuffer resourceSpans : fields(ByteBuffer.wrap(request), 1)) {
        String service = service(resourceSpans);
        for (ByteBuffer scopeSpans : fields(resourceSpans, 2)) {
          for (ByteBuffer span : fields(scopeSpans, 2)) {
            spans.add(new Span(hex(span, 1), hex(span, 2), hex(span, 4), service));
          }
        }
      }
      return spans;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("an export request that ends in the middle", e);
    }
  }

  /** The resource's {@code service.name}; empty when it has none. */
  private static String service(ByteBuffer resourceSpans) {
    for (ByteBuffer resource : fields(resourceSpans, 1)) {
      for (ByteBuffer attribute : fields(resource, 1)) {
        if (text(attribute, 1).equals("service.name")) {
          return fields(attribute, 2).stream().map(value -> text(value, 1)).findFirst().orElse("");
        }
      }
    }
    return "";
  }

  private static String text(ByteBuffer message, int number) {
    return new String(bytes(message, number), StandardCharsets.UTF_8);
  }

  private static String hex(ByteBuffer message, int number) {
    return HexFormat.of().formatHex(bytes(message, number));
  }

  private static byte[] bytes(ByteBuffer message, int number) {
    List<ByteBuffer> found = fields(message, number);
    if (found.isEmpty()) {
      return new byte[0];
    }
    byte[] bytes = new byte[found.get(0).remaining()];
    found.get(0).get(bytes);
    return bytes;
  }

  /** The contents of every length-delimited field with this number. */
  private static List<ByteBuffer> fields(ByteBuffer message, int number) {
    List<ByteBuffer> found = new ArrayList<>();
    ByteBuffer in = message.duplicate();
    while (in.hasRemaining()) {
      long tag = varint(in);
      switch ((int) (tag & 7)) {
        case 0 -> varint(in);
        case 1 -> skip(in, 8);
        case 2 -> {
          int length = (int) varint(in);
          ByteBuffer content = in.duplicate();
          skip(in, length);
          if (tag >>> 3 == number) {
            found.add(content.limit(in.position()));
          }
        }
        case 5 -> skip(in, 4);
        default ->
            throw new IllegalArgumentException(
                "wire type " + (tag & 7) + " (expected: 0, 1, 2 or 5)");
      }
    }
    return found;
  }

  private static void skip(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + length);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a varint of more than ten bytes");
  }
}
