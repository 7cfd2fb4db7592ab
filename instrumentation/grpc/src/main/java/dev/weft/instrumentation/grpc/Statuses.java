package dev.weft.instrumentation.grpc;

import dev.weft.bridge.Headers;
import dev.weft.bridge.Step;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between local replies, which speak HTTP, and gRPC's statuses. */
final class Statuses {

  static final String GRPC_STATUS = "grpc-status";
  static final String GRPC_MESSAGE = "grpc-message";

  private Statuses() {}

  /**
   * The status of a local reply: its own {@code grpc-status} if it has one, else by the table of
   * gRPC's http-grpc-status-mapping, which Envoy's local replies follow too. The text is the body.
   */
  static Status of(Step.Answer answer) {
    Headers headers = Headers.of(answer.headers().set());
    String code = headers.first(GRPC_STATUS);
    String message = headers.first(GRPC_MESSAGE);
    Status status = code == null ? byHttp(answer.status()) : Status.fromCodeValue(number(code));
    String text =
        message != null ? message : new String(answer.body(), StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? status : status.withDescription(text);
  }

  /** The trailers of a local reply. */
  static Metadata trailers(Step.Answer answer) {
    Metadata trailers = new Metadata();
    MetadataHeaders target = new MetadataHeaders(trailers);
    answer.headers().apply(target);
    List.of(GRPC_STATUS, GRPC_MESSAGE, "content-type", "content-length").forEach(target::remove);
    return trailers;
  }

  /** A status and its trailers as the headers that they are on the wire. */
  static Headers headers(Status status, @Nullable Metadata trailers) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    pairs.add(Map.entry(GRPC_STATUS, Integer.toString(status.getCode().value())));
    if (status.getDescription() != null) {
      pairs.add(Map.entry(GRPC_MESSAGE, status.getDescription()));
    }
    if (trailers != null) {
      new MetadataHeaders(trailers).each((name, value) -> pairs.add(Map.entry(name, value)));
    }
    return Headers.of(pairs);
  }

  private static Status byHttp(int status) {
    return switch (status) {
      case 400 -> Status.INTERNAL;
      case 401 -> Status.UNAUTHENTICATED;
      case 403 -> Status.PERMISSION_DENIED;
      case 404 -> Status.UNIMPLEMENTED;
      case 429, 502, 503, 504 -> Status.UNAVAILABLE;
      default -> Status.UNKNOWN;
    };
  }

  private static int number(String code) {
    try {
      return Integer.parseInt(code.strip());
    } catch (NumberFormatException e) {
      return Status.Code.UNKNOWN.value();
    }
  }
}
