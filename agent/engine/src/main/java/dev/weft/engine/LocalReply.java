package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Fault;
import dev.weft.engine.config.Route;
import dev.weft.engine.routing.Cors;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.telemetry.ResponseFlag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Responses of the mesh itself, with Envoy's statuses and bodies. {@code x-weft-flags} says why, as
 * a sidecar would in its access log.
 */
final class LocalReply {

  static final String FLAGS_HEADER = "x-weft-flags";

  private static final String CONTENT_TYPE = "content-type";
  private static final String CONTENT_LENGTH = "content-length";
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  private static final int BAD_GATEWAY = 502;

  private LocalReply() {}

  /** Ends the call with this reply; a gRPC call gets it as gRPC's status. */
  static Step.Answer to(OutboundExchange call, int status, String body, ResponseFlag why) {
    return answer(call, new Reply(status, bytes(body), why.bit()));
  }

  /** The reply that a rule gives itself. */
  static Step.Answer of(OutboundExchange call, Route.Action.Respond respond) {
    return answer(call, new Reply(respond.status(), respond.body(), 0));
  }

  /** To a host that the registry does not know, as istiod's {@code block_all} has it. */
  static Step.Answer blackHole(OutboundExchange call) {
    call.calls(new Cluster.Service(call.authority.host(), "BlackHoleCluster", "unknown"));
    return answer(call, new Reply(BAD_GATEWAY, new byte[0], 0));
  }

  /** Sends the caller elsewhere. */
  static Step.Answer redirect(OutboundExchange call, int status, String location) {
    Reply reply = new Reply(status, new byte[0], 0);
    return answer(call, reply.with(List.of(Map.entry("location", location))));
  }

  /** The error that a rule injects. */
  static Step.Answer fault(OutboundExchange call, Fault.Abort abort) {
    Reply reply =
        new Reply(abort.status(), bytes("fault filter abort"), ResponseFlag.FAULT_INJECTED.bit());
    return answer(call, reply.as(abort.grpcStatus()));
  }

  /** What a preflight request is told; no rule edits that. */
  static Step.Answer preflight(OutboundExchange call, List<Entry<String, String>> headers) {
    call.answered(OK, null, 0);
    return plain(new Reply(OK, new byte[0], 0).with(headers), HeaderEdits.NONE);
  }

  /**
   * @param grpcStatus null: the one that follows from the status
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Reply(
      int status,
      byte[] body,
      int flags,
      List<Entry<String, String>> headers,
      @Nullable Integer grpcStatus) {

    Reply(int status, byte[] body, int flags) {
      this(status, body, flags, List.of(), null);
    }

    Reply with(List<Entry<String, String>> more) {
      return new Reply(status, body, flags, more, grpcStatus);
    }

    Reply as(@Nullable Integer grpc) {
      return new Reply(status, body, flags, headers, grpc);
    }

    int grpcCode() {
      return grpcStatus == null ? Grpc.status(status) : grpcStatus;
    }
  }

  // A rule edits the responses that it led to, whoever gives them.
  private static Step.Answer answer(OutboundExchange call, Reply reply) {
    HeaderEdits rule = Cors.over(rule(call), call.corsHeaders);
    if (call.grpc) {
      String code = Integer.toString(reply.grpcCode());
      call.answered(OK, code, reply.flags);
      return new Step.Answer(OK, with(grpc(code, reply), rule), new byte[0]);
    }
    call.answered(reply.status, null, reply.flags);
    return plain(reply, rule);
  }

  private static HeaderEdits rule(OutboundExchange call) {
    Destination destination = call.destination;
    if (destination != null) {
      return CallFacts.response(call, destination.response(), null);
    }
    return call.rule == null
        ? HeaderEdits.NONE
        : CallFacts.response(call, call.rule.response(), null);
  }

  /** A reply outside of any outbound call. */
  static Step.Answer plain(int status, String body) {
    return plain(status, body, 0);
  }

  /** Likewise, and why. */
  static Step.Answer plain(int status, String body, int flags) {
    return plain(new Reply(status, bytes(body), flags), HeaderEdits.NONE);
  }

  /** Likewise, and the last one of its connection. */
  static Step.Answer closing(int status, String body, int flags) {
    HeaderEdits close = HeaderEdits.setting(List.of(Map.entry("connection", "close")));
    return plain(new Reply(status, bytes(body), flags), close);
  }

  /** What a request that arrived is told in the place of the application. */
  static Step.Answer refusal(InboundExchange call, Refusal refusal) {
    Reply reply =
        new Reply(refusal.status, refusal.body, refusal.why == null ? 0 : refusal.why.bit())
            .with(refusal.headers)
            .as(refusal.grpcStatus);
    // Each value of a name that comes several times, such as set-cookie.
    List<Entry<String, String>> more = repeated(refusal.headers);
    return call.grpc()
        ? new Step.Answer(
            OK,
            new HeaderEdits(List.of(), grpc(Integer.toString(reply.grpcCode()), reply), more),
            new byte[0])
        : plain(reply, new HeaderEdits(List.of(), List.of(), more));
  }

  /** All but the last of each name, which is set. */
  private static List<Entry<String, String>> repeated(List<Entry<String, String>> headers) {
    List<Entry<String, String>> repeated = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.get(i).getKey();
      if (headers.subList(i + 1, headers.size()).stream()
          .anyMatch(later -> later.getKey().equalsIgnoreCase(name))) {
        repeated.add(headers.get(i));
      }
    }
    return repeated;
  }

  /**
   * Why a request that arrived is not served.
   *
   * @param why null: there is no flag for it
   * @param grpcStatus null: the one that follows from the status
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Refusal(
      int status,
      byte[] body,
      @Nullable ResponseFlag why,
      List<Entry<String, String>> headers,
      @Nullable Integer grpcStatus) {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Step.Answer plain(Reply reply, HeaderEdits rule) {
    boolean hasBody = reply.status != NO_CONTENT && reply.status != NOT_MODIFIED;
    byte[] body = hasBody ? reply.body : new byte[0];
    List<Entry<String, String>> set = new ArrayList<>(reply.headers);
    addFlags(set, reply.flags);
    return new Step.Answer(reply.status, describing(body, with(set, rule)), body);
  }

  // Last, as in Envoy: no rule can take away what describes the body, or describe none.
  private static HeaderEdits describing(byte[] body, HeaderEdits edits) {
    List<Entry<String, String>> set = new ArrayList<>(edits.set());
    List<Entry<String, String>> add = new ArrayList<>(edits.add());
    boolean isTyped =
        edits.sets(CONTENT_TYPE)
            || add.stream().anyMatch(pair -> pair.getKey().equalsIgnoreCase(CONTENT_TYPE));
    for (List<Entry<String, String>> pairs : List.of(set, add)) {
      pairs.removeIf(pair -> pair.getKey().equalsIgnoreCase(CONTENT_LENGTH));
      pairs.removeIf(pair -> body.length == 0 && pair.getKey().equalsIgnoreCase(CONTENT_TYPE));
    }
    if (body.length > 0 && !isTyped) {
      set.add(Map.entry(CONTENT_TYPE, "text/plain"));
    }
    set.add(Map.entry(CONTENT_LENGTH, Integer.toString(body.length)));
    return new HeaderEdits(List.of(), set, add);
  }

  private static List<Entry<String, String>> grpc(String code, Reply reply) {
    List<Entry<String, String>> set = new ArrayList<>(reply.headers);
    set.add(Map.entry(CONTENT_TYPE, Grpc.CONTENT_TYPE));
    set.add(Map.entry(Grpc.STATUS, code));
    if (reply.body.length > 0) {
      set.add(Map.entry(Grpc.MESSAGE, Grpc.message(reply.body)));
    }
    addFlags(set, reply.flags);
    return set;
  }

  private static void addFlags(List<Entry<String, String>> set, int flags) {
    if (flags != 0) {
      set.add(Map.entry(FLAGS_HEADER, ResponseFlag.text(flags)));
    }
    if ((flags & ResponseFlag.UPSTREAM_OVERFLOW.bit()) != 0) {
      set.add(Map.entry("x-envoy-overloaded", "true"));
    }
  }

  private static HeaderEdits with(List<Entry<String, String>> set, HeaderEdits rule) {
    set.removeIf(pair -> rule.removes(pair.getKey()));
    set.addAll(rule.set());
    return new HeaderEdits(List.of(), set, rule.add());
  }
}
