package dev.weft.control.config;

import dev.weft.control.model.CallerFilter;
import dev.weft.control.model.CallerView;
import dev.weft.control.model.Destination;
import dev.weft.control.model.DestinationPolicy;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.RoutingRule;
import dev.weft.control.model.Service;
import dev.weft.control.model.ServiceName;
import dev.weft.control.model.SourceLocation;
import dev.weft.control.model.Subset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what is valid but probably not meant. Names are looked up as a caller in the rule's own
 * namespace would.
 */
final class Analyzer {

  private final MeshModel model;
  private final List<Finding> findings = new ArrayList<>();

  Analyzer(MeshModel model) {
    this.model = model;
  }

  /**
   * @param rules those that win first
   */
  List<Finding> analyze(List<Resource.Rule> rules) {
    conflicts(rules);
    for (Resource.Rule rule : rules) {
      destinations(rule);
      rule.rule().hosts().forEach(host -> literal(rule, host));
      unreachable(rule);
      findings.addAll(new HttpsAnalyzer(view(rule.id().namespace())).analyze(rule.rule()));
    }
    model.policies().forEach(this::policy);
    return findings;
  }

  /** What a rule names and is not there. */
  void destinations(Resource.Rule rule) {
    CallerView view = view(rule.id().namespace());
    unknownHosts(rule, view);
    rule.references().forEach(reference -> destination(rule, reference, view));
  }

  private CallerView view(Namespace namespace) {
    return model.unscoped(namespace);
  }

  private void conflicts(List<Resource.Rule> rules) {
    Map<Fqdn, RoutingRule> winners = new HashMap<>();
    for (Resource.Rule rule : rules) {
      for (Fqdn host : rule.rule().hosts()) {
        RoutingRule winner = winners.putIfAbsent(host, rule.rule());
        boolean meet =
            winner != null
                && (winner.exportTo().everywhere()
                    || rule.rule().exportTo().everywhere()
                    || winner.exportTo().namespaces().stream()
                        .anyMatch(rule.rule().exportTo()::includes));
        if (winner != null && meet) {
          String at = winner.id() + " (" + winner.location() + ")";
          add(FindingCode.HOST_CONFLICT, rule, "spec.hosts", host + ": " + at + " wins");
        }
      }
    }
  }

  private void destination(Resource.Rule rule, Resource.Reference reference, CallerView view) {
    Destination destination = reference.destination();
    Optional<Service> service = view.service(destination.host());
    service.ifPresent(found -> port(rule, reference, found));
    Namespace definedIn =
        service
            .map(Service::namespace)
            .or(() -> ServiceName.of(destination.host(), domain()).map(ServiceName::namespace))
            .orElse(rule.id().namespace());
    Optional<DestinationPolicy> policy = view.policy(destination.host(), definedIn);
    String subset = destination.subset();
    if (!subset.isEmpty() && policy.flatMap(found -> found.subset(subset)).isEmpty()) {
      String expected =
          policy.map(found -> "one of " + subsets(found)).orElse("a DestinationRule for the host");
      String message = destination.host() + " has no subset " + subset + " (expected: " + expected;
      add(FindingCode.UNKNOWN_SUBSET, rule, reference, message + until(reference) + ")");
    }
  }

  /** Once per rule and host. */
  private void unknownHosts(Resource.Rule rule, CallerView view) {
    Set<Fqdn> reported = new HashSet<>();
    for (Resource.Reference reference : rule.references()) {
      Fqdn host = reference.destination().host();
      if (view.service(host).isEmpty() && reported.add(host)) {
        String expected = "a Service, a ServiceEntry or a running workload" + until(reference);
        String message = host + " is not known (expected: " + expected + ")";
        add(FindingCode.UNKNOWN_HOST, rule, reference, message);
      }
    }
  }

  /** What becomes of requests and connections meanwhile. */
  private static String until(Resource.Reference reference) {
    String field = reference.field();
    if (field.startsWith("spec.tcp") || field.startsWith("spec.tls")) {
      return "; until then: no connection";
    }
    return "; until then: " + (field.contains(".mirror") ? "no copies" : "503");
  }

  private void port(Resource.Rule rule, Resource.Reference reference, Service service) {
    Integer port = reference.destination().port();
    if (port != null && service.port(port).isEmpty()) {
      List<Integer> ports = service.ports().stream().map(one -> one.number()).toList();
      String message =
          service.host() + " has no port " + port + " (expected one of: " + ports + ")";
      add(FindingCode.UNKNOWN_PORT, rule, reference, message);
    }
  }

  private String domain() {
    return model.settings().domain();
  }

  private static String subsets(DestinationPolicy policy) {
    return policy.subsets().stream().map(one -> one.name()).toList().toString();
  }

  /**
   * {@code reviews.shop} is not expanded, as istiod does not expand it; its author probably thinks
   * it is.
   */
  private void literal(Resource.Rule rule, Fqdn host) {
    String[] labels = host.value().split("\\.", -1);
    boolean short2 = labels.length == 2 || (labels.length == 3 && labels[2].equals("svc"));
    if (host.isWildcard() || !short2) {
      return;
    }
    Fqdn full = new ServiceName(labels[0], new Namespace(labels[1])).fqdn(domain());
    if (view(rule.id().namespace()).service(full).isPresent()) {
      add(
          FindingCode.LITERAL_HOST,
          rule,
          "spec.hosts",
          host + " is not the service of that name (expected: " + full + ")");
    }
  }

  private void unreachable(Resource.Rule rule) {
    Set<RouteMatch> seen = new HashSet<>();
    boolean closed = false;
    int index = 0;
    for (HttpRoute route : rule.rule().http()) {
      String field = "spec.http[" + index++ + "]";
      SourceLocation at = route.location();
      boolean repeated = !route.matches().isEmpty() && seen.containsAll(unnamed(route));
      if (closed || repeated) {
        String why =
            closed ? "a route before it matches everything" : "routes before it match the same";
        findings.add(
            new Finding(FindingCode.UNREACHABLE, rule.id(), at, field, "never used: " + why));
      }
      seen.addAll(unnamed(route));
      closed = closed || closes(route);
    }
  }

  private static List<RouteMatch> unnamed(HttpRoute route) {
    return route.matches().stream().map(match -> match.named("")).toList();
  }

  private static boolean closes(HttpRoute route) {
    return route.matches().isEmpty()
        || route.matches().stream()
            .anyMatch(match -> match.catchesAll() && match.callers().equals(CallerFilter.ANYONE));
  }

  private void policy(DestinationPolicy policy) {
    Optional<Service> service = view(policy.id().namespace()).service(policy.host());
    boolean known = policy.host().isWildcard() || service.isPresent();
    if (!known) {
      findings.add(
          new Finding(
              FindingCode.UNKNOWN_HOST,
              policy.id(),
              policy.location(),
              "spec.host",
              policy.host()
                  + " is not known (expected: a Service, a ServiceEntry or a running workload)"));
    }
    service.ifPresent(
        found -> policy.subsets().forEach(subset -> emptySubset(policy, found, subset)));
  }

  private void emptySubset(DestinationPolicy policy, Service service, Subset subset) {
    boolean served =
        service.endpoints().values().stream()
            .flatMap(List::stream)
            .anyMatch(endpoint -> endpoint.carries(subset.labels()));
    if (!served && service.resolution() == Service.Resolution.STATIC) {
      findings.add(
          new Finding(
              FindingCode.EMPTY_SUBSET,
              policy.id(),
              policy.location(),
              "spec.subsets",
              "the subset "
                  + subset.name()
                  + " of "
                  + service.host()
                  + " has no endpoint with "
                  + subset.labels()));
    }
  }

  private void add(FindingCode code, Resource.Rule rule, String field, String message) {
    findings.add(new Finding(code, rule.id(), rule.metadata().location(), field, message));
  }

  private void add(FindingCode code, Resource.Rule rule, Resource.Reference at, String message) {
    findings.add(new Finding(code, rule.id(), at.location(), at.field(), message));
  }
}
