package dev.weft.engine;

import dev.weft.engine.config.Route;
import dev.weft.engine.config.RouteMatch;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Which headers flow from an inbound request to the outbound ones that it causes. */
final class ContextHeaders {

  /** Always: they name the request, whatever traces it. */
  private static final List<String> ALWAYS = List.of("x-request-id", "tracestate", "baggage");

  /** When no spans are recorded here, the caller's span is the parent of whatever we call. */
  private static final List<String> WITHOUT_SPANS =
      List.of(
          "traceparent",
          "b3",
          "x-b3-traceid",
          "x-b3-spanid",
          "x-b3-parentspanid",
          "x-b3-sampled",
          "x-b3-flags");

  /**
   * Never only because a rule matches on them: credentials must not travel further than the
   * application sends them, and the rest says how one message is written or by whom, which is no
   * business of the next. The setting may still name them.
   */
  private static final Set<String> PERSONAL =
      Set.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "host",
          "user-agent",
          "accept",
          "connection",
          "expect",
          "keep-alive",
          "origin",
          "range",
          "referer",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via",
          "grpc-timeout");

  private static final List<String> PERSONAL_KINDS =
      List.of(":", "accept-", "content-", "if-", "proxy-", "sec-", "x-envoy-", "x-forwarded-");

  private ContextHeaders() {}

  static List<String> of(Snapshot snapshot, EngineSettings settings) {
    Set<String> names = new TreeSet<>();
    if (snapshot.hosts() != null) {
      names.addAll(snapshot.hosts().contextHeaders());
    }
    for (RouteTable table : snapshot.routes().values()) {
      table.virtualHosts().forEach(host -> host.routes().forEach(route -> add(names, route)));
    }
    names.removeIf(ContextHeaders::isPersonal);
    names.addAll(settings.contextHeaders());
    if (settings.sampler() == null) {
      names.addAll(WITHOUT_SPANS);
    }
    names.addAll(ALWAYS);
    return List.copyOf(new ArrayList<>(names));
  }

  private static void add(Set<String> names, Route route) {
    for (RouteMatch.HeaderMatch match : route.match().headers()) {
      names.add(match.name().toLowerCase(Locale.ROOT));
    }
  }

  private static boolean isPersonal(String name) {
    return PERSONAL.contains(name) || PERSONAL_KINDS.stream().anyMatch(name::startsWith);
  }
}
