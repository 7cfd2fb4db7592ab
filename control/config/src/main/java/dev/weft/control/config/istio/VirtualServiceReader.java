package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.Resource.Reference;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.RoutingRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads VirtualServices. */
public final class VirtualServiceReader implements KindReader {

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    boolean mesh = appliesToMesh(spec);
    List<Fqdn> hosts = hosts(spec, scope);
    List<Reference> references = new ArrayList<>();
    List<HttpRoute> routes =
        spec.objects("http").stream()
            .flatMap(route -> new RouteReader(route, scope, references).read().stream())
            .toList();
    if (Stream.of("http", "tls", "tcp").allMatch(field -> spec.objects(field).isEmpty())) {
      spec.report(FindingCode.MISSING, "http", "is missing (expected: http, tls or tcp)");
    }
    RoutingRule rule =
        new RoutingRule(
            scope.metadata().id(),
            hosts,
            ExportToReader.read(spec, scope),
            routes,
            scope.metadata().location());
    if (hosts.isEmpty()) {
      checkDelegate(spec);
      return new Resource.Inert(scope.metadata());
    }
    if (!mesh) {
      spec.report(
          FindingCode.GATEWAYS_ONLY,
          "gateways",
          String.join(", ", spec.texts("gateways")) + ": the rule has no effect in workloads");
      return new Resource.Inert(scope.metadata());
    }
    checkMeshHosts(spec);
    return routes.isEmpty()
        ? new Resource.Inert(scope.metadata())
        : new Resource.Rule(scope.metadata(), rule, references);
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
    spec.report(
        FindingCode.KIND_NOT_ENFORCED,
        "hosts",
        "none, so that other rules may delegate to this one: valid, but not enforced yet");
  }
}
