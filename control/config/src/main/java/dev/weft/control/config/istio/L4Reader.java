package dev.weft.control.config.istio;

import dev.weft.control.config.Resource.Reference;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.CallerFilter;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.L4Route;
import dev.weft.control.model.L4Route.Kind;
import dev.weft.control.model.L4Route.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads a VirtualService's {@code tcp} and {@code tls} routes. */
final class L4Reader {

  private final ObjectReader spec;
  private final DestinationReader destinations;

  L4Reader(ObjectReader spec, Scope scope, List<Reference> references) {
    this.spec = spec;
    this.destinations = new DestinationReader(scope, references);
  }

  /** Those of TLS first, each kind in its order. */
  List<L4Route> read() {
    List<L4Route> routes = new ArrayList<>();
    for (ObjectReader route : spec.objects("tls")) {
      if (route.has("match") && route.objects("match").isEmpty()) {
        route.report(FindingCode.MISSING, "match", "is empty (expected: at least one)");
      }
      read(route, Kind.TLS).ifPresent(routes::add);
    }
    for (ObjectReader route : spec.objects("tcp")) {
      read(route, Kind.TCP).ifPresent(routes::add);
    }
    return routes;
  }

  /** Empty where only gateways could ever match it. */
  private Optional<L4Route> read(ObjectReader route, Kind kind) {
    if (route.objects("route").isEmpty()) {
      route.report(FindingCode.MISSING, "route", "is missing (expected: at least one destination)");
    }
    List<Match> matches = new ArrayList<>();
    List<ObjectReader> blocks = route.objects("match");
    blocks.forEach(block -> match(block, kind).ifPresent(matches::add));
    L4Route read = new L4Route(kind, matches, destinations.weighted(route), route.location());
    return matches.isEmpty() && !blocks.isEmpty() ? Optional.empty() : Optional.of(read);
  }

  private Optional<Match> match(ObjectReader block, Kind kind) {
    List<String> names = kind == Kind.TLS ? serverNames(block) : List.of();
    for (String subnet : block.texts("destinationSubnets")) {
      if (!Syntax.isAddressOrBlock(subnet)) {
        block.report(
            FindingCode.INVALID,
            "destinationSubnets",
            Excerpt.of(subnet) + " (expected: an IP address or a block of them)");
      }
    }
    CallerFilter callers = new MatchReader(block).callers();
    List<String> gateways = block.texts("gateways");
    if (!gateways.isEmpty() && !gateways.contains(MatchReader.MESH)) {
      block.report(
          FindingCode.GATEWAYS_ONLY,
          "gateways",
          String.join(", ", gateways) + ": the block never matches in a workload");
      return Optional.empty();
    }
    return Optional.of(new Match(block.texts("destinationSubnets"), names, callers));
  }

  /** As istiod demands it, each is one of the rule's hosts, or below one with a star. */
  private List<String> serverNames(ObjectReader block) {
    List<String> names =
        block.texts("sniHosts").stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    if (block.has("sniHosts") && names.isEmpty()) {
      block.report(FindingCode.MISSING, "sniHosts", "is empty (expected: at least one host)");
    }
    for (String name : names) {
      String below = name.startsWith("*.") ? name.substring(2) : name;
      if (!name.equals("*") && !Syntax.isHost(below)) {
        block.report(
            FindingCode.INVALID, "sniHosts", Excerpt.of(name) + " (expected: a host, or *.host)");
      } else if (spec.texts("hosts").stream().noneMatch(host -> covers(host, name))) {
        block.report(
            FindingCode.INVALID,
            "sniHosts",
            Excerpt.of(name) + " (expected: one of the rule's hosts)");
      }
    }
    return names;
  }

  private static boolean covers(String host, String name) {
    return host.equals("*") || (!host.isEmpty() && new Fqdn(host).covers(new Fqdn(name)));
  }
}
