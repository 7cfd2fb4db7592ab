package dev.weft.control.config;

import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.Destination;
import dev.weft.control.model.DestinationPolicy;
import dev.weft.control.model.ExportTo;
import dev.weft.control.model.Fqdn;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.Locality;
import dev.weft.control.model.MeshDefaults;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.PeerPolicy;
import dev.weft.control.model.RateLimitPolicy;
import dev.weft.control.model.RequestAuthentication;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.RoutingRule;
import dev.weft.control.model.Service;
import dev.weft.control.model.ServiceAccount;
import dev.weft.control.model.ServicePort;
import dev.weft.control.model.Sidecar;
import dev.weft.control.model.SourceLocation;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadGroup;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One valid resource, reduced to what takes effect; names in it are resolved. */
public sealed interface Resource {

  Metadata metadata();

  default ResourceId id() {
    return metadata().id();
  }

  /**
   * A VirtualService that applies to workloads; one without hosts is for others to delegate to.
   *
   * @param delegates by the index of the route that delegates to it
   * @param references every destination that it names, with its place
   */
  record Rule(
      Metadata metadata,
      RoutingRule rule,
      Map<Integer, ResourceId> delegates,
      List<Reference> references)
      implements Resource {

    public Rule {
      delegates = Map.copyOf(delegates);
      references = List.copyOf(references);
    }

    Rule with(RoutingRule resolved) {
      return new Rule(metadata, resolved, Map.of(), references);
    }

    Rule exportedAs(ExportDefaults defaults) {
      return new Rule(metadata, defaults.apply(rule), delegates, references);
    }
  }

  /**
   * One HTTP route.
   *
   * @param delegate the rule whose routes take its place, or null
   */
  record WrittenRoute(HttpRoute route, @Nullable ResourceId delegate) {}

  /** A destination as a rule names it. */
  record Reference(Destination destination, String field, SourceLocation location) {}

  /** A DestinationRule, not yet merged with others for the same host. */
  record Policy(Metadata metadata, DestinationPolicy policy) implements Resource {}

  /**
   * A ServiceEntry.
   *
   * @param selector which workloads of its namespace serve it; null without a {@code
   *     workloadSelector}
   */
  record Entry(
      Metadata metadata,
      List<Fqdn> hosts,
      List<ServicePort> ports,
      Service.Location location,
      Service.Resolution resolution,
      List<String> addresses,
      List<WrittenEndpoint> endpoints,
      @Nullable Map<String, String> selector,
      ExportTo exportTo,
      List<String> subjectAltNames)
      implements Resource {

    public Entry {
      hosts = List.copyOf(hosts);
      ports = List.copyOf(ports);
      addresses = List.copyOf(addresses);
      endpoints = List.copyOf(endpoints);
      subjectAltNames = List.copyOf(subjectAltNames);
    }
  }

  /**
   * An endpoint within a ServiceEntry; ports by name.
   *
   * @param serviceAccount whose identity it has; empty: not said
   */
  record WrittenEndpoint(
      String address,
      Map<String, Integer> ports,
      Map<String, String> labels,
      Locality locality,
      int weight,
      String serviceAccount) {}

  /** A WorkloadEntry. */
  record DeclaredWorkload(Metadata metadata, Workload workload) implements Resource {}

  /** A v1/Service. */
  record KubernetesService(
      Metadata metadata,
      List<ServicePort> ports,
      Map<String, String> selector,
      List<String> addresses,
      ExportTo exportTo)
      implements Resource {

    public KubernetesService {
      ports = List.copyOf(ports);
      selector = Map.copyOf(selector);
      addresses = List.copyOf(addresses);
    }
  }

  /** A PeerAuthentication. */
  record Peers(Metadata metadata, PeerPolicy policy) implements Resource {}

  /** A Sidecar. */
  record Scoping(Metadata metadata, Sidecar sidecar) implements Resource {}

  /** A WorkloadGroup. */
  record Group(Metadata metadata, WorkloadGroup group) implements Resource {}

  /**
   * Istio's MeshConfig.
   *
   * @param trustDomainAliases under which the mesh's identities are known besides
   * @param services to whom services are exported that do not say; empty: everywhere
   * @param rules likewise
   * @param policies likewise
   */
  record MeshConfig(
      Metadata metadata,
      Namespace rootNamespace,
      List<String> trustDomainAliases,
      MeshDefaults defaults,
      List<String> services,
      List<String> rules,
      List<String> policies)
      implements Resource {

    public MeshConfig {
      trustDomainAliases = List.copyOf(trustDomainAliases);
      services = List.copyOf(services);
      rules = List.copyOf(rules);
      policies = List.copyOf(policies);
    }

    ExportDefaults exports() {
      return new ExportDefaults(services, rules, policies);
    }
  }

  /** A RateLimit. */
  record Rates(Metadata metadata, RateLimitPolicy policy) implements Resource {}

  /** An AuthorizationPolicy. */
  record Authorization(Metadata metadata, AuthorizationPolicy policy) implements Resource {}

  /** A RequestAuthentication. */
  record Tokens(Metadata metadata, RequestAuthentication policy) implements Resource {}

  /** A v1/ServiceAccount: that it is there. */
  record Account(Metadata metadata) implements Resource {
    ServiceAccount account() {
      return new ServiceAccount(id().namespace(), id().name());
    }
  }

  /** Valid, and reported to have no effect. */
  record Inert(Metadata metadata) implements Resource {}
}
