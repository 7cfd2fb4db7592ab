package dev.weft.control.config.istio;

import dev.weft.control.config.Resource.Reference;
import dev.weft.control.config.Resource.WrittenRoute;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.HeaderEdits;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.Rewrite;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.RouteSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads one HTTP route, and collects the destinations that it names. */
final class RouteReader {

  /** What excludes each other within one route: a field, and those that may not stand beside it. */
  private static final Map<String, List<String>> CONFLICTS =
      new TreeMap<>(
          Map.of(
              "redirect", List.of("route", "fault", "rewrite", "directResponse"),
              "directResponse", List.of("route", "fault", "rewrite"),
              "delegate", List.of("route", "redirect", "directResponse")));

  private final ObjectReader route;
  private final Scope scope;
  private final DestinationReader destinations;

  RouteReader(ObjectReader route, Scope scope, List<Reference> references) {
    this.route = route;
    this.scope = scope;
    this.destinations = new DestinationReader(scope, references);
  }

  /** Empty where only gateways could ever match it. */
  Optional<WrittenRoute> read() {
    checkConflicts();
    List<RouteMatch> matches = new ArrayList<>();
    List<ObjectReader> blocks = route.objects("match");
    blocks.forEach(block -> new MatchReader(block).read().ifPresent(matches::add));
    HttpRoute read =
        new HttpRoute(
            route.text("name"),
            matches,
            new ActionReader(route, destinations).read(),
            settings(),
            route.location());
    return matches.isEmpty() && !blocks.isEmpty()
        ? Optional.empty()
        : Optional.of(new WrittenRoute(read, delegate()));
  }

  private RouteSettings settings() {
    HeaderEdits headers = HeadersReader.read(route.object("headers"));
    Rewrite rewrite = RewriteReader.read(route);
    checkAuthority(headers, rewrite);
    return new RouteSettings(
        route.has("headers") ? headers : null,
        rewrite,
        route.duration("timeout"),
        RetriesReader.read(route),
        FaultReader.read(route),
        new MirrorReader(route, destinations).read(),
        CorsReader.read(route));
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
  }

  private @Nullable ResourceId delegate() {
    if (!route.has("delegate")) {
      return null;
    }
    ObjectReader delegate = route.object("delegate");
    if (delegate.text("name").isEmpty()) {
      delegate.report(FindingCode.MISSING, "name", "is missing (expected: a VirtualService)");
    }
    String namespace = delegate.text("namespace");
    return new ResourceId(
        scope.metadata().id().kind(),
        namespace.isEmpty() ? scope.namespace() : new Namespace(namespace),
        delegate.text("name"));
  }

  private void checkAuthority(HeaderEdits headers, @Nullable Rewrite rewrite) {
    long times =
        headers.request().set().keySet().stream().filter(HeadersReader::isAuthority).count()
            + headers.request().add().keySet().stream().filter(HeadersReader::isAuthority).count()
            + (rewrite == null || rewrite.authority() == null ? 0 : 1);
    if (times > 1) {
      route.report(
          FindingCode.CONFLICTING_FIELDS,
          "headers",
          "the authority is set " + times + " times (expected: once)");
    }
  }
}
