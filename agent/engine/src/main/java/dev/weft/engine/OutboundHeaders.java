package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.engine.telemetry.B3;
import dev.weft.engine.telemetry.Carried;
import dev.weft.engine.telemetry.PeerMetadata;
import dev.weft.engine.telemetry.SpanContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The headers that the mesh sets on requests. */
final class OutboundHeaders {

  static final String REQUEST_ID = "x-request-id";
  private static final String ATTEMPTS = "x-envoy-attempt-count";
  private static final String ORIGINAL_PATH = "x-envoy-original-path";
  private static final String ORIGINAL_HOST = "x-envoy-original-host";

  /** Replaced, not added to: nobody else has a say in them. */
  private static final List<String> OWN =
      List.of(ATTEMPTS, PeerMetadata.HEADER, PeerMetadata.ID_HEADER);

  /** Envoy's name for how long the caller will wait, in milliseconds. */
  private static final String EXPECTED = "x-envoy-expected-rq-timeout-ms";

  private final Engine engine;
  private final List<String> timeoutHeaders;
  private final List<String> ownWithTimeout;
  private final List<List<Entry<String, String>>> toMesh; // by number of the try, from 0 for 1
  private final List<List<Entry<String, String>>> toOthers;

  OutboundHeaders(Engine engine) {
    this.engine = engine;
    String deadline = engine.settings.deadlineHeader();
    this.timeoutHeaders =
        deadline == null || deadline.equals(EXPECTED)
            ? List.of(EXPECTED)
            : List.of(EXPECTED, deadline);
    this.ownWithTimeout = both(OWN, timeoutHeaders);
    List<Entry<String, String>> self =
        List.of(
            Map.entry(PeerMetadata.HEADER, PeerMetadata.encode(engine.settings.local())),
            Map.entry(PeerMetadata.ID_HEADER, engine.settings.local().node()));
    this.toMesh = IntStream.rangeClosed(1, 3).mapToObj(tries -> own(tries, self)).toList();
    this.toOthers = IntStream.rangeClosed(1, 3).mapToObj(tries -> own(tries, List.of())).toList();
  }

  private static List<Entry<String, String>> own(int tries, List<Entry<String, String>> self) {
    List<Entry<String, String>> own = new ArrayList<>(self);
    own.add(Map.entry(ATTEMPTS, Integer.toString(tries)));
    return List.copyOf(own);
  }

  /**
   * The edits of the try that is about to be sent.
   *
   * @param timeout of the try; null: none
   */
  HeaderEdits of(OutboundExchange call, @Nullable Duration timeout) {
    HeaderEdits rules = CallFacts.request(call, Objects.requireNonNull(call.destination).request());
    HeaderEdits before = call.edits;
    HeaderEdits edits =
        new HeaderEdits(
            before == null ? remove(rules, timeout) : before.remove(),
            before == null ? set(call, rules) : before.set(),
            both(own(call, timeout), rules.add()));
    call.edits = edits;
    return edits;
  }

  private List<String> remove(HeaderEdits rules, @Nullable Duration timeout) {
    return both(timeout == null ? OWN : ownWithTimeout, rules.remove());
  }

  private List<Entry<String, String>> own(OutboundExchange call, @Nullable Duration timeout) {
    List<Entry<String, String>> own = own(call);
    if (timeout == null) {
      return own;
    }
    String millis = Long.toString(Math.max(1, timeout.toMillis()));
    List<Entry<String, String>> timed = new ArrayList<>(own);
    for (String name : timeoutHeaders) {
      timed.add(Map.entry(name, millis));
    }
    return timed;
  }

  private List<Entry<String, String>> own(OutboundExchange call) {
    List<List<Entry<String, String>>> known = call.isInMesh ? toMesh : toOthers;
    if (call.tries() <= known.size()) {
      return known.get(call.tries() - 1);
    }
    List<Entry<String, String>> first = known.get(0);
    return own(call.tries(), first.subList(0, first.size() - 1));
  }

  private static <T> List<T> both(List<T> first, List<T> second) {
    if (second.isEmpty()) {
      return first;
    }
    List<T> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }

  private List<Entry<String, String>> set(OutboundExchange call, HeaderEdits rules) {
    Headers own = call.head.headers();
    Carried carried = call.cause == null ? Carried.NONE : call.cause.carried();
    List<Entry<String, String>> flowing = flowing(call, own, carried);
    SpanContext span = call.span();
    boolean isRewritten = Objects.requireNonNull(call.destination).rewritesPath();
    String host = Objects.requireNonNull(call.destination).originalAuthority(call.head.authority());
    if (span == null && !isRewritten && host == null && rules.set().isEmpty()) {
      return flowing; // most often: nothing to put together
    }
    List<Entry<String, String>> set = new ArrayList<>(flowing.size() + 3 + rules.set().size());
    set.addAll(flowing);
    if (span != null) {
      addTrace(set, call, span);
    }
    if (isRewritten) {
      set.add(Map.entry(ORIGINAL_PATH, call.head.target()));
    }
    if (host != null) {
      set.add(Map.entry(ORIGINAL_HOST, host));
    }
    set.addAll(rules.set()); // last: a rule may replace any of these
    return set;
  }

  // What flows on from the inbound request, and the request's id.
  private List<Entry<String, String>> flowing(OutboundExchange call, Headers own, Carried carried) {
    boolean hasId = own.first(REQUEST_ID) != null || carried.value(REQUEST_ID) != null;
    if (hasId && carriesAll(own, carried)) {
      return carried;
    }
    Entry<String, String> id = hasId ? null : Map.entry(REQUEST_ID, newId(call));
    if (carried.isEmpty()) {
      return id == null ? List.of() : List.of(id);
    }
    List<Entry<String, String>> flowing = new ArrayList<>(carried.size() + 1);
    addCarried(flowing, own, carried);
    if (id != null) {
      flowing.add(id);
    }
    return flowing;
  }

  private static boolean carriesAll(Headers own, Carried carried) {
    for (int i = 0; i < carried.size(); i++) {
      if (own.first(carried.get(i).getKey()) != null) {
        return false;
      }
    }
    return carried.isEmpty() || !isTraced(own);
  }

  private static boolean isTraced(Headers own) {
    return own.first("traceparent") != null || B3.of(own) != B3.ABSENT;
  }

  private String newId(OutboundExchange call) {
    return call.cause == null ? RequestIds.next(engine.random) : call.cause.requestId();
  }

  private static void addCarried(
      List<Entry<String, String>> flowing, Headers own, Carried carried) {
    boolean traced = isTraced(own);
    for (Entry<String, String> pair : carried) {
      if (own.first(pair.getKey()) == null && !(traced && isTrace(pair.getKey()))) {
        flowing.add(pair);
      }
    }
  }

  // An application that traces itself must not get pieces of another span beside its own.
  private static boolean isTrace(String name) {
    return name.startsWith("trace") || name.equals("b3") || name.startsWith("x-b3-");
  }

  private static void addTrace(
      List<Entry<String, String>> set, OutboundExchange call, SpanContext span) {
    set.add(Map.entry("traceparent", span.traceparent()));
    B3 form = B3.of(call.head.headers());
    form = form == B3.ABSENT && call.cause != null ? call.cause.b3() : form;
    if (form != B3.ABSENT) {
      set.addAll(form.write(span));
    }
  }
}
