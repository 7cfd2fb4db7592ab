package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.Resource.Reference;
import dev.weft.control.config.Resource.WrittenRoute;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.L4Route;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.RoutingRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads VirtualServices. */
public final class VirtualServiceReader implements KindReader {

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    boolean mesh = appliesToMesh(spec);
    List<Fqdn> hosts = hosts(spec, scope);
    List<Reference> references = new ArrayList<>();
    List<WrittenRoute> routes =
        spec.objects("http").stream()
            .flatMap(route -> new RouteReader(route, scope, references).read().stream())
            .toList();
    if (Stream.of("http", "tls", "tcp").allMatch(field -> spec.objects(field).isEmpty())) {
      spec.report(FindingCode.MISSING, "http", "is missing (expected: http, tls or tcp)");
    }
    List<L4Route> connections = new L4Reader(spec, scope, references).read();
    RoutingRule rule =
        new RoutingRule(
            scope.metadata().id(),
            hosts,
            ExportToReader.read(spec, scope),
            routes.stream().map(WrittenRoute::route).toList(),
            connections,
            scope.metadata().location());
    Resource.Rule whole = new Resource.Rule(scope.metadata(), rule, delegates(routes), references);
    if (hosts.isEmpty()) {
      checkDelegate(spec);
      return whole;
    }
    if (!mesh) {
      spec.report(
          FindingCode.GATEWAYS_ONLY,
          "gateways",
          String.join(", ", spec.texts("gateways")) + ": the rule has no effect in workloads");
      return new Resource.Inert(scope.metadata());
    }
    checkMeshHosts(spec);
    return routes.isEmpty() && connections.isEmpty() ? new Resource.Inert(scope.metadata()) : whole;
  }

  private static Map<Integer, ResourceId> delegates(List<WrittenRoute> routes) {
    Map<Integer, ResourceId> delegates = new HashMap<>();
    for (int i = 0; i < routes.size(); i++) {
      ResourceId delegate = routes.get(i).delegate();
      if (delegate != null) {
        delegates.put(i, delegate);
      }
    }
    return delegates;
  }

  private static boolean appliesToMesh(ObjectReader spec) {
    List<String> gateways = spec.texts("gateways");
    return gateways.isEmpty() || gateways.contains(MatchReader.MESH);
  }

  private static List<Fqdn> hosts(ObjectReader spec, Scope scope) {
    List<Fqdn> hosts = spec.texts("hosts").stream().map(scope::host).toList();
    for (int i = 0; i < hosts.size(); i++) {
      for (int j = i + 1; j < hosts.size(); j++) {
        if (hosts.get(i).covers(hosts.get(j)) || hosts.get(j).covers(hosts.get(i))) {
          spec.report(
              FindingCode.INVALID,
              "hosts",
              hosts.get(i) + " and " + hosts.get(j) + " overlap (expected: each host once)");
        }
      }
    }
    return hosts;
  }

  private static void checkMeshHosts(ObjectReader spec) {
    if (spec.texts("hosts").contains("*")) {
      spec.report(
          FindingCode.INVALID,
          "hosts",
          "* (expected: a host; * is for rules bound to gateways only)");
    }
  }

  private static void checkDelegate(ObjectReader spec) {
    for (String field : List.of("gateways", "tls", "tcp")) {
      if (spec.has(field)) {
        spec.report(
            FindingCode.CONFLICTING_FIELDS,
            field,
            "set without hosts (expected: hosts, or http alone)");
      }
    }
    for (ObjectReader route : spec.objects("http")) {
      if (route.has("delegate")) {
        route.report(
            FindingCode.CONFLICTING_FIELDS,
            "delegate",
            "within a rule without hosts (expected: one level of delegates)");
      }
    }
  }
}
