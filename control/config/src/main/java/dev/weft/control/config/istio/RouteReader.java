package dev.weft.control.config.istio;

import dev.weft.control.config.Resource.Reference;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.Destination;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.HeaderEdits;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.Rewrite;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.WeightedDestination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads one HTTP route, and collects the destinations that it names. */
final class RouteReader {

  private static final long MAX_TOTAL_WEIGHT = 0xFFFF_FFFFL;

  /** What excludes each other within one route: a field, and those that may not stand beside it. */
  private static final Map<String, List<String>> CONFLICTS =
      Map.of(
          "redirect", List.of("route", "fault", "rewrite", "directResponse"),
          "directResponse", List.of("route", "fault", "rewrite"),
          "delegate", List.of("route", "redirect", "directResponse"));

  private final ObjectReader route;
  private final Scope scope;
  private final List<Reference> references;

  RouteReader(ObjectReader route, Scope scope, List<Reference> references) {
    this.route = route;
    this.scope = scope;
    this.references = references;
  }

  /** Empty where only gateways could ever match it. */
  Optional<HttpRoute> read() {
    checkConflicts();
    List<RouteMatch> matches = new ArrayList<>();
    List<ObjectReader> blocks = route.objects("match");
    blocks.forEach(block -> new MatchReader(block).read().ifPresent(matches::add));
    HeaderEdits headers = HeadersReader.read(route.object("headers"));
    Rewrite rewrite = rewrite();
    checkAuthority(headers, rewrite);
    HttpRoute read =
        new HttpRoute(
            route.text("name"),
            matches,
            destinations(),
            headers,
            rewrite,
            route.duration("timeout"),
            RetriesReader.read(route),
            route.location());
    return matches.isEmpty() && !blocks.isEmpty() ? Optional.empty() : Optional.of(read);
  }

  private void checkConflicts() {
    CONFLICTS.forEach(
        (field, others) ->
            others.stream()
                .filter(other -> route.has(field) && route.has(other))
                .forEach(
                    other ->
                        route.report(
                            FindingCode.CONFLICTING_FIELDS,
                            field,
                            "set together with " + other + " (expected: one of them)")));
    boolean action = CONFLICTS.keySet().stream().anyMatch(route::has);
    if (!action && route.objects("route").isEmpty()) {
      route.report(FindingCode.MISSING, "route", "is missing (expected: at least one destination)");
    }
    ObjectReader fault = route.object("fault");
    if (route.has("fault") && !fault.has("abort") && !fault.has("delay")) {
      route.report(FindingCode.MISSING, "fault", "is empty (expected: abort or delay)");
    }
  }

  private Rewrite rewrite() {
    ObjectReader rewrite = route.object("rewrite");
    String uri = rewrite.text("uri");
    String authority = rewrite.text("authority");
    boolean regex = rewrite.has("uriRegexRewrite");
    if (route.has("rewrite") && uri.isEmpty() && authority.isEmpty() && !regex) {
      route.report(FindingCode.MISSING, "rewrite", "is empty (expected: uri or authority)");
    }
    if (regex && !uri.isEmpty()) {
      rewrite.report(
          FindingCode.CONFLICTING_FIELDS,
          "uri",
          "set together with uriRegexRewrite (expected: one of them)");
    }
    return new Rewrite(uri.isEmpty() ? null : uri, authority.isEmpty() ? null : authority);
  }

  private void checkAuthority(HeaderEdits headers, Rewrite rewrite) {
    long times =
        headers.request().set().keySet().stream().filter(HeadersReader::isAuthority).count()
            + headers.request().add().keySet().stream().filter(HeadersReader::isAuthority).count()
            + (rewrite.authority() == null ? 0 : 1);
    if (times > 1) {
      route.report(
          FindingCode.CONFLICTING_FIELDS,
          "headers",
          "the authority is set " + times + " times (expected: once)");
    }
  }

  private List<WeightedDestination> destinations() {
    List<ObjectReader> written = route.objects("route");
    if (written.isEmpty()) {
      // A redirect, answer or delegate that is not enforced yet must not let the request pass
      // elsewhere.
      return List.of(new WeightedDestination(Destination.NOWHERE, 1, HeaderEdits.NONE));
    }
    if (written.size() == 1) {
      return List.of(weighted(written.get(0), 1));
    }
    long total = written.stream().mapToLong(one -> one.number("weight", 0)).sum();
    if (total == 0 || total > MAX_TOTAL_WEIGHT) {
      route.report(
          FindingCode.INVALID,
          "route",
          "weights sum to " + total + " (expected: 1 to " + MAX_TOTAL_WEIGHT + ")");
    }
    List<WeightedDestination> destinations = new ArrayList<>();
    for (ObjectReader one : written) {
      WeightedDestination destination = weighted(one, one.number("weight", 0));
      if (destination.weight() > 0) {
        destinations.add(destination);
      }
    }
    return destinations;
  }

  private WeightedDestination weighted(ObjectReader written, int weight) {
    ObjectReader target = written.object("destination");
    String host = target.text("host");
    if (host.equals("*")) {
      target.report(FindingCode.INVALID, "host", "* (expected: one host)");
    }
    Destination destination =
        new Destination(
            scope.host(host), target.object("port").number("number"), target.text("subset"));
    references.add(new Reference(destination, target.at("host").text(), target.locationOf("host")));
    return new WeightedDestination(
        destination, weight, HeadersReader.read(written.object("headers")));
  }
}
