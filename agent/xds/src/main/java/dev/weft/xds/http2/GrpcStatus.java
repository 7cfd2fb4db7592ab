package dev.weft.xds.http2;

/**
 * How a call ended.
 *
 * @param code gRPC's
 * @param message for people
 */
public record GrpcStatus(int code, String message) {

  public static final int OK = 0;
  public static final int UNKNOWN = 2;
  public static final int INVALID_ARGUMENT = 3;
  public static final int PERMISSION_DENIED = 7;
  public static final int RESOURCE_EXHAUSTED = 8;
  public static final int FAILED_PRECONDITION = 9;
  public static final int UNIMPLEMENTED = 12;
  public static final int INTERNAL = 13;
  public static final int UNAVAILABLE = 14;
  public static final int UNAUTHENTICATED = 16;

  static GrpcStatus unavailable(String message) {
    return new GrpcStatus(UNAVAILABLE, message);
  }

  /** What an answer without a gRPC status means (gRPC's http-grpc-status-mapping). */
  static GrpcStatus ofHttp(String status) {
    int code =
        switch (status) {
          case "404" -> UNIMPLEMENTED;
          case "400" -> INTERNAL;
          case "429", "502", "503", "504" -> UNAVAILABLE;
          default -> UNKNOWN;
        };
    return new GrpcStatus(code, "HTTP status " + status + " without a gRPC status");
  }

  @Override
  public String toString() {
    String name =
        switch (code) {
          case OK -> "OK";
          case 1 -> "CANCELLED";
          case UNKNOWN -> "UNKNOWN";
          case INVALID_ARGUMENT -> "INVALID_ARGUMENT";
          case 4 -> "DEADLINE_EXCEEDED";
          case PERMISSION_DENIED -> "PERMISSION_DENIED";
          case RESOURCE_EXHAUSTED -> "RESOURCE_EXHAUSTED";
          case FAILED_PRECONDITION -> "FAILED_PRECONDITION";
          case UNIMPLEMENTED -> "UNIMPLEMENTED";
          case INTERNAL -> "INTERNAL";
          case UNAVAILABLE -> "UNAVAILABLE";
          case UNAUTHENTICATED -> "UNAUTHENTICATED";
          default -> "status " + code;
        };
    return message.isEmpty() ? name : name + ": " + message;
  }
}
