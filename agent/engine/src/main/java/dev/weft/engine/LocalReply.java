package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Route;
import dev.weft.engine.routing.Destination;
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
  static Step.Answer to(OutboundExchange call, int status, String body, ResponseFlag why) {
    Destination destination = call.destination;
    HeaderEdits rule = destination == null ? HeaderEdits.NONE : destination.response();
    return to(call, new Reply(status, body, why.bit()), rule);
  }

  /** The reply that a rule gives itself. */
  static Step.Answer of(OutboundExchange call, Route.Action.Respond respond, HeaderEdits rule) {
    return to(call, new Reply(respond.status(), respond.body(), 0), rule);
  }

  private record Reply(int status, String body, int flags) {}

  // A rule edits the responses that it led to, whoever gives them.
  private static Step.Answer to(OutboundExchange call, Reply reply, HeaderEdits rule) {
    if (call.grpc) {
      String code = Integer.toString(Grpc.status(reply.status));
      call.answered(200, code, reply.flags);
      return new Step.Answer(200, with(grpc(code, reply), rule), new byte[0]);
    }
    call.answered(reply.status, null, reply.flags);
    return plain(reply, rule);
  }

  /** A reply outside of any outbound call. */
  static Step.Answer plain(int status, String body) {
    return plain(status, body, 0);
  }

  /** Likewise, and why. */
  static Step.Answer plain(int status, String body, int flags) {
    return plain(new Reply(status, body, flags), HeaderEdits.NONE);
  }

  /** Likewise, and the last one of its connection. */
  static Step.Answer closing(int status, String body, int flags) {
    HeaderEdits close = HeaderEdits.setting(List.of(Map.entry("connection", "close")));
    return plain(new Reply(status, body, flags), close);
  }

  private static Step.Answer plain(Reply reply, HeaderEdits rule) {
    byte[] bytes = reply.body.getBytes(StandardCharsets.UTF_8);
    List<Map.Entry<String, String>> set = new ArrayList<>();
    if (bytes.length > 0) {
      set.add(Map.entry("content-type", "text/plain"));
    }
    set.add(Map.entry("content-length", Integer.toString(bytes.length)));
    addFlags(set, reply.flags);
    return new Step.Answer(reply.status, with(set, rule), bytes);
  }

  private static List<Map.Entry<String, String>> grpc(String code, Reply reply) {
    List<Map.Entry<String, String>> set = new ArrayList<>();
    set.add(Map.entry("content-type", Grpc.CONTENT_TYPE));
    set.add(Map.entry(Grpc.STATUS, code));
    if (!reply.body.isEmpty()) {
      set.add(Map.entry(Grpc.MESSAGE, Grpc.message(reply.body)));
    }
    addFlags(set, reply.flags);
    return set;
  }

  private static void addFlags(List<Map.Entry<String, String>> set, int flags) {
    if (flags != 0) {
      set.add(Map.entry(FLAGS_HEADER, ResponseFlag.text(flags)));
    }
  }

  private static HeaderEdits with(List<Map.Entry<String, String>> set, HeaderEdits rule) {
    set.removeIf(pair -> rule.remove().stream().anyMatch(pair.getKey()::equalsIgnoreCase));
    set.addAll(rule.set());
    return new HeaderEdits(List.of(), set, rule.add());
  }
}
