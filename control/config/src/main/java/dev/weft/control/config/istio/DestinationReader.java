package dev.weft.control.config.istio;

import dev.weft.control.config.Resource.Reference;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.Destination;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.WeightedDestination;
import java.util.ArrayList;
import java.util.List;

/** Reads destinations, and remembers where each is named. */
final class DestinationReader {

  private static final long MAX_TOTAL_WEIGHT = 0xFFFF_FFFFL;

  private final Scope scope;
  private final List<Reference> references;

  DestinationReader(Scope scope, List<Reference> references) {
    this.scope = scope;
    this.references = references;
  }

  Destination read(ObjectReader target) {
    String host = target.text("host");
    if (host.equals("*")) {
      target.report(FindingCode.INVALID, "host", "* (expected: one host)");
    }
    Destination destination =
        new Destination(
            scope.host(host), target.object("port").number("number"), target.text("subset"));
    references.add(new Reference(destination, target.at("host").text(), target.locationOf("host")));
    return destination;
  }

  /** The destinations of a route, without those that get nothing. */
  List<WeightedDestination> weighted(ObjectReader route) {
    List<ObjectReader> written = route.objects("route");
    if (written.size() == 1) {
      return List.of(weighted(written.get(0), 1));
    }
    long total = written.stream().mapToLong(one -> one.number("weight", 0)).sum();
    if (!written.isEmpty() && (total == 0 || total > MAX_TOTAL_WEIGHT)) {
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
    return new WeightedDestination(
        read(written.object("destination")), weight, HeadersReader.read(written.object("headers")));
  }
}
