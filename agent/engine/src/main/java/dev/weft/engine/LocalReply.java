package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Step;
import dev.weft.engine.telemetry.ResponseFlag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Responses of the mesh itself, with Envoy's statuses and bodies. {@code x-weft-flags} says why, as
 * a sidecar would in its access log.
 */
final class LocalReply {

  static final String FLAGS_HEADER = "x-weft-flags";

  private LocalReply() {}

  /** Ends the call with this reply; a gRPC call gets it as gRPC's status. */
  static Step.Answer to(OutboundExchange call, int status, String body, ResponseFlag... why) {
    int flags = 0;
    for (ResponseFlag flag : why) {
      flags |= flag.bit();
    }
    HeaderEdits rule = edits(call);
    if (call.grpc) {
      String code = Integer.toString(Grpc.status(status));
      call.answered(200, code, why);
      return new Step.Answer(200, with(grpc(code, body, flags), rule), new byte[0]);
    }
    call.answered(status, null, why);
    return plain(status, body, flags, rule);
  }

  /** A reply outside of any outbound call. */
  static Step.Answer plain(int status, String body) {
    return plain(status, body, 0, HeaderEdits.NONE);
  }

  private static Step.Answer plain(int status, String body, int flags, HeaderEdits rule) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    List<Map.Entry<String, String>> set = new ArrayList<>();
    if (bytes.length > 0) {
      set.add(Map.entry("content-type", "text/plain"));
    }
    set.add(Map.entry("content-length", Integer.toString(bytes.length)));
    addFlags(set, flags);
    return new Step.Answer(status, with(set, rule), bytes);
  }

  private static List<Map.Entry<String, String>> grpc(String code, String message, int flags) {
    List<Map.Entry<String, String>> set = new ArrayList<>();
    set.add(Map.entry("content-type", Grpc.CONTENT_TYPE));
    set.add(Map.entry(Grpc.STATUS, code));
    if (!message.isEmpty()) {
      set.add(Map.entry(Grpc.MESSAGE, Grpc.message(message)));
    }
    addFlags(set, flags);
    return set;
  }

  private static void addFlags(List<Map.Entry<String, String>> set, int flags) {
    if (flags != 0) {
      set.add(Map.entry(FLAGS_HEADER, ResponseFlag.text(flags)));
    }
  }

  // A rule edits the responses that it led to, whoever gives them.
  private static HeaderEdits edits(OutboundExchange call) {
    if (call.destination != null) {
      return call.destination.response();
    }
    return call.rule == null ? HeaderEdits.NONE : call.rule.response();
  }

  private static HeaderEdits with(List<Map.Entry<String, String>> set, HeaderEdits rule) {
    set.removeIf(pair -> rule.remove().stream().anyMatch(pair.getKey()::equalsIgnoreCase));
    set.addAll(rule.set());
    return new HeaderEdits(List.of(), set, rule.add());
  }
}
