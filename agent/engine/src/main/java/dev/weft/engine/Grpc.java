package dev.weft.engine;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the engine knows of gRPC. */
final class Grpc {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  static final String STATUS = "grpc-status";
  static final String MESSAGE = "grpc-message";
  static final String CONTENT_TYPE = "application/grpc";

  private static final List<String> CODES =
      IntStream.rangeClosed(0, 16).mapToObj(Integer::toString).toList();

  private Grpc() {}

  /** Whether this is a gRPC request: told by the library, or by its content type as Envoy does. */
  static boolean is(RequestHead head) {
    if (head.library().startsWith("grpc")) {
      return true;
    }
    if (!head.method().equals("POST")) {
      return false;
    }
    String type = head.headers().first("content-type");
    return type != null
        && type.startsWith(CONTENT_TYPE)
        && (type.length() == CONTENT_TYPE.length() || isSubtype(type));
  }

  // application/grpc+proto is gRPC, application/grpc-web is not.
  private static boolean isSubtype(String type) {
    char next = type.charAt(CONTENT_TYPE.length());
    return next == '+' || next == ';';
  }

  /**
   * The {@code grpc-status} among these headers; null when there is none, {@code unknown} when it
   * is none of gRPC's codes: what a peer makes up must not become a label.
   */
  static @Nullable String status(Headers headers) {
    String status = headers.first(STATUS);
    if (status == null) {
      return null;
    }
    int index = CODES.indexOf(status);
    return index < 0 ? "unknown" : CODES.get(index);
  }

  /** Envoy's (and gRPC's) table from HTTP status to gRPC status. */
  static int status(int http) {
    return switch (http) {
      case 400 -> 13; // INTERNAL
      case 401 -> 16; // UNAUTHENTICATED
      case 403 -> 7; // PERMISSION_DENIED
      case 404 -> 12; // UNIMPLEMENTED
      case 429, 502, 503, 504 -> 14; // UNAVAILABLE
      default -> 2; // UNKNOWN
    };
  }

  /** Envoy's table from gRPC status to HTTP status. */
  static int http(String status) {
    return switch (status) {
      case "0" -> 200;
      case "1" -> 499;
      case "3", "9", "11" -> 400;
      case "4" -> 504;
      case "5" -> 404;
      case "6", "10" -> 409;
      case "7" -> 403;
      case "8" -> 429;
      case "12" -> 501;
      case "14" -> 503;
      case "16" -> 401;
      default -> 500;
    };
  }

  /** A {@code grpc-message} as it goes on the wire: printable ASCII stays, all else is escaped. */
  static String message(byte[] text) {
    StringBuilder escaped = new StringBuilder(text.length);
    for (byte b : text) {
      if (b >= ' ' && b <= '~' && b != '%') {
        escaped.append((char) b);
      } else {
        escaped.append('%').append(HEX.toHexDigits(b));
      }
    }
    return escaped.toString();
  }
}
