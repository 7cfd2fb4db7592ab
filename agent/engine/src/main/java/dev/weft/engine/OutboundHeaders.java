package dev.weft.engine;

import dev.weft.bridge.Headers;
import dev.weft.engine.telemetry.B3;
import dev.weft.engine.telemetry.Carried;
import dev.weft.engine.telemetry.PeerMetadata;
import dev.weft.engine.telemetry.SpanContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;

/** The headers that the mesh sets on requests. */
final class OutboundHeaders {

  static final String REQUEST_ID = "x-request-id";
  private static final String ATTEMPTS = "x-envoy-attempt-count";
  private static final String ORIGINAL_PATH = "x-envoy-original-path";

  private static final List<Entry<String, String>> FIRST_ATTEMPTS =
      List.of(Map.entry(ATTEMPTS, "1"), Map.entry(ATTEMPTS, "2"), Map.entry(ATTEMPTS, "3"));

  private final Engine engine;
  private final Entry<String, String> metadata;
  private final Entry<String, String> metadataId;

  OutboundHeaders(Engine engine) {
    this.engine = engine;
    this.metadata = Map.entry(PeerMetadata.HEADER, PeerMetadata.encode(engine.settings.local()));
    this.metadataId = Map.entry(PeerMetadata.ID_HEADER, engine.settings.local().node());
  }

  /** What to set for the try that is about to be sent. */
  List<Entry<String, String>> of(OutboundExchange call, String target) {
    List<Entry<String, String>> known = call.headersToSet;
    List<Entry<String, String>> set;
    if (known == null) {
      set = first(call, target);
      call.headersToSet = set;
    } else {
      set = new ArrayList<>(known); // the try before still has the other list
      set.set(0, attempt(call.tries()));
    }
    return set;
  }

  private List<Entry<String, String>> first(OutboundExchange call, String target) {
    List<Entry<String, String>> rules = Objects.requireNonNull(call.destination).request().set();
    Carried carried = call.cause == null ? Carried.NONE : call.cause.carried();
    List<Entry<String, String>> set = new ArrayList<>(6 + carried.pairs().size() + rules.size());
    set.add(attempt(call.tries())); // stays at 0: a retry counts on
    if (call.isInMesh) {
      set.add(metadata);
      set.add(metadataId);
    }
    Headers own = call.head.headers();
    addCarried(set, own, carried);
    addRequestId(set, call, own, carried);
    addTrace(set, call, own);
    if (!target.equals(call.head.target())) {
      set.add(Map.entry(ORIGINAL_PATH, call.head.target()));
    }
    set.addAll(rules); // last: a rule may replace any of these
    return set;
  }

  private static Entry<String, String> attempt(int number) {
    return number <= FIRST_ATTEMPTS.size()
        ? FIRST_ATTEMPTS.get(number - 1)
        : Map.entry(ATTEMPTS, Integer.toString(number));
  }

  private static void addCarried(List<Entry<String, String>> set, Headers own, Carried carried) {
    List<Entry<String, String>> pairs = carried.pairs();
    if (pairs.isEmpty()) {
      return;
    }
    boolean traced = own.first("traceparent") != null || B3.of(own) != B3.ABSENT;
    for (int i = 0; i < pairs.size(); i++) {
      String name = pairs.get(i).getKey();
      if (own.first(name) == null && !(traced && isTrace(name))) {
        set.add(pairs.get(i));
      }
    }
  }

  // An application that traces itself must not get pieces of another span beside its own.
  private static boolean isTrace(String name) {
    return name.startsWith("trace") || name.equals("b3") || name.startsWith("x-b3-");
  }

  private void addRequestId(
      List<Entry<String, String>> set, OutboundExchange call, Headers own, Carried carried) {
    if (own.first(REQUEST_ID) == null && carried.get(REQUEST_ID) == null) {
      String id = call.cause == null ? RequestIds.next(engine.random) : call.cause.requestId();
      set.add(Map.entry(REQUEST_ID, id));
    }
  }

  private static void addTrace(
      List<Entry<String, String>> set, OutboundExchange call, Headers own) {
    SpanContext span = call.span();
    if (span == null) {
      return;
    }
    set.add(Map.entry("traceparent", span.traceparent()));
    B3 form = B3.of(own);
    form = form == B3.ABSENT && call.cause != null ? call.cause.b3() : form;
    set.addAll(form.write(span));
  }
}
