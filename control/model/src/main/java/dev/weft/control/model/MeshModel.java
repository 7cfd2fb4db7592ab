package dev.weft.control.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the control service knows at one moment, immutable, with an index. What it means
 * depends on who asks: {@link #view} gives one caller's reading.
 */
public final class MeshModel {

  public static final MeshModel EMPTY =
      new MeshModel(MeshSettings.DEFAULT, Content.NONE, List.of());

  private final MeshSettings settings;
  private final Content content;
  private final List<Finding> findings;
  private final HostIndex<Service> servicesByHost;
  private final HostIndex<RoutingRule> rulesByHost;
  private final Map<Namespace, HostIndex<DestinationPolicy>> policies = new HashMap<>();
  private final Set<String> labelsThatMatter = new HashSet<>();
  private final boolean localityMatters;
  private final IdentityIndex identities;
  private final Sidecars sidecars;
  private final SwitchedOff off;
  private final Map<ServiceName, WorkloadGroup> groups = new HashMap<>();
  private final TrustBundle trust;

  /**
   * What a model is made of. Rules, peer policies and sidecars are in the order of precedence: the
   * first one for a host, or for a scope, wins.
   */
  public record Content(
      List<Service> services,
      List<Workload> workloads,
      List<RoutingRule> rules,
      List<DestinationPolicy> policies,
      List<PeerPolicy> peerPolicies,
      List<Sidecar> sidecars,
      List<WorkloadGroup> groups,
      List<RateLimitPolicy> rateLimits,
      List<AuthorizationPolicy> authorization,
      List<RequestAuthentication> requestAuthentication) {

    public static final Content NONE =
        new Content(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /** Without anything for requests that arrive. */
    public Content(
        List<Service> services,
        List<Workload> workloads,
        List<RoutingRule> rules,
        List<DestinationPolicy> policies,
        List<PeerPolicy> peerPolicies,
        List<Sidecar> sidecars,
        List<WorkloadGroup> groups) {
      this(
          services,
          workloads,
          rules,
          policies,
          peerPolicies,
          sidecars,
          groups,
          List.of(),
          List.of(),
          List.of());
    }

    public Content {
      services = List.copyOf(services);
      workloads = List.copyOf(workloads);
      rules = List.copyOf(rules);
      policies = List.copyOf(policies);
      peerPolicies = List.copyOf(peerPolicies);
      sidecars = List.copyOf(sidecars);
      groups = List.copyOf(groups);
      rateLimits = List.copyOf(rateLimits);
      authorization = List.copyOf(authorization);
      requestAuthentication = List.copyOf(requestAuthentication);
    }
  }

  public MeshModel(MeshSettings settings, Content content, List<Finding> findings) {
    this(settings, content, findings, TrustBundle.NONE);
  }

  /**
   * @param trust whom the mesh believes
   */
  public MeshModel(
      MeshSettings settings, Content content, List<Finding> findings, TrustBundle trust) {
    this.trust = trust;
    this.settings = settings;
    this.content = content;
    this.findings = List.copyOf(findings);
    this.servicesByHost = new HostIndex<>(content.services(), service -> List.of(service.host()));
    this.rulesByHost = new HostIndex<>(content.rules(), RoutingRule::hosts);
    Map<Namespace, List<DestinationPolicy>> byNamespace = new HashMap<>();
    for (DestinationPolicy policy : content.policies()) {
      byNamespace.computeIfAbsent(policy.id().namespace(), any -> new ArrayList<>()).add(policy);
    }
    byNamespace.forEach(
        (namespace, list) ->
            policies.put(namespace, new HostIndex<>(list, policy -> List.of(policy.host()))));
    this.identities = new IdentityIndex(content.workloads());
    this.off = new SwitchedOff(content.workloads());
    content.groups().forEach(group -> groups.put(group.name(), group));
    this.sidecars = new Sidecars(content.sidecars(), settings.rootNamespace());
    sidecars.labels().forEach(labelsThatMatter::add);
    content.policies().stream()
        .map(DestinationPolicy::selector)
        .filter(Objects::nonNull)
        .forEach(selector -> labelsThatMatter.addAll(selector.keySet()));
    Stream.concat(matches().map(RouteMatch::callers), matchesOfConnections())
        .forEach(callers -> labelsThatMatter.addAll(callers.labels().keySet()));
    settingsOfPolicies().flatMap(PolicySettings::labels).forEach(labelsThatMatter::add);
    LocalityBalancing everywhere = settings.defaults().locality();
    everywhere.labels().forEach(labelsThatMatter::add);
    this.localityMatters =
        !everywhere.distribute().isEmpty()
            || settingsOfPolicies().anyMatch(PolicySettings::looksAtLocality);
  }

  public MeshSettings settings() {
    return settings;
  }

  /** Whom the mesh believes. */
  public TrustBundle trust() {
    return trust;
  }

  public List<Service> services() {
    return content.services();
  }

  public List<Workload> workloads() {
    return content.workloads();
  }

  public List<RoutingRule> rules() {
    return content.rules();
  }

  public List<DestinationPolicy> policies() {
    return content.policies();
  }

  public List<PeerPolicy> peerPolicies() {
    return content.peerPolicies();
  }

  public List<Sidecar> sidecars() {
    return content.sidecars();
  }

  public List<WorkloadGroup> groups() {
    return content.groups();
  }

  /** The Sidecar that speaks of a workload with these labels; null: none does. */
  public @Nullable Sidecar sidecar(Namespace namespace, Map<String, String> labels) {
    return sidecars.of(namespace, labels);
  }

  /** What a workload with these labels demands of those who connect to it. */
  public InboundPolicy inbound(Namespace namespace, Map<String, String> labels) {
    return InboundPolicy.of(
        content.peerPolicies(),
        settings.rootNamespace(),
        namespace,
        completed(new Caller(namespace, labels)).labels());
  }

  public List<RateLimitPolicy> rateLimits() {
    return content.rateLimits();
  }

  /** What a workload with these labels takes at most: the mesh's limits, then its namespace's. */
  public List<RateLimitPolicy> rateLimits(Namespace namespace, Map<String, String> labels) {
    Namespace root = settings.rootNamespace();
    return enforced(content.rateLimits(), namespace, labels)
        .sorted(Comparator.comparing(each -> !each.id().namespace().equals(root)))
        .toList();
  }

  public List<AuthorizationPolicy> authorization() {
    return content.authorization();
  }

  /** Who may ask what of a workload with these labels: every policy that speaks of it. */
  public List<AuthorizationPolicy> authorization(Namespace namespace, Map<String, String> labels) {
    return enforced(content.authorization(), namespace, labels).toList();
  }

  public List<RequestAuthentication> requestAuthentication() {
    return content.requestAuthentication();
  }

  /**
   * Whose tokens a workload with these labels believes: the rules of every policy that speaks of
   * it, by issuer, as istiod sorts them.
   */
  public List<TokenRule> tokenRules(Namespace namespace, Map<String, String> labels) {
    return enforced(content.requestAuthentication(), namespace, labels)
        .flatMap(policy -> policy.rules().stream())
        .sorted(Comparator.comparing(TokenRule::issuer))
        .toList();
  }

  /** Who is called so, if it can be asked: its service exists. */
  public Optional<ExtensionProvider> provider(String name) {
    return settings.defaults().providers().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .filter(each -> service(each).isPresent());
  }

  /** The service of a provider. */
  public Optional<Service> service(ExtensionProvider provider) {
    return content.services().stream()
        .filter(service -> service.host().equals(provider.host()))
        .filter(
            service ->
                provider.namespace() == null || provider.namespace().equals(service.namespace()))
        .filter(service -> service.port(provider.port()).isPresent())
        .findFirst();
  }

  private <T extends WorkloadPolicy> Stream<T> enforced(
      List<T> policies, Namespace namespace, Map<String, String> labels) {
    Map<String, String> all = completed(new Caller(namespace, labels)).labels();
    return policies.stream().filter(it -> it.isFor(namespace, all, settings.rootNamespace()));
  }

  /**
   * Whether a workload is switched off, and goes by {@link #switchedOff}.
   *
   * @param identity null: not known
   */
  public boolean isOff(Namespace namespace, String address, @Nullable SpiffeId identity) {
    return off.contains(namespace, address, identity);
  }

  /** Whether there is anybody to whom {@link #isOff} applies. */
  public boolean hasSwitchedOff() {
    return !off.isEmpty();
  }

  /**
   * What is left of the mesh for a workload that is switched off: whom it may believe, so that
   * those who have not heard of it yet are still understood. There are no hosts and nothing is
   * demanded.
   */
  public MeshModel switchedOff() {
    MeshDefaults none = MeshDefaults.DEFAULT;
    return new MeshModel(settings.withDefaults(none), Content.NONE, List.of(), trust);
  }

  /** Which identity serves where. */
  public IdentityIndex identities() {
    return identities;
  }

  public List<Finding> findings() {
    return findings;
  }

  /** Whether the other model has the same content and findings. */
  public boolean saysTheSameAs(MeshModel other) {
    return settings.equals(other.settings)
        && content.equals(other.content)
        && findings.equals(other.findings)
        && trust.equals(other.trust);
  }

  /**
   * This model as one caller sees it. Of the caller's labels only those are kept that some rule
   * looks at, and its locality only where that matters, so that views with equal {@link
   * CallerView#caller()} are interchangeable.
   */
  public CallerView view(Caller who) {
    Caller caller = completed(who);
    Map<String, String> labels = new HashMap<>(caller.labels());
    labels.keySet().retainAll(labelsThatMatter);
    Locality where = localityMatters ? caller.locality() : Locality.UNKNOWN;
    Caller relevant = new Caller(caller.namespace(), labels, where);
    return new CallerView(this, relevant, sidecars.of(caller.namespace(), labels));
  }

  /** What becomes of what a workload with these labels does not see. */
  public OutboundTrafficPolicy outbound(Namespace namespace, Map<String, String> labels) {
    Caller caller = completed(new Caller(namespace, labels));
    Sidecar sidecar = sidecars.of(namespace, caller.labels());
    OutboundTrafficPolicy own = sidecar == null ? null : sidecar.outbound();
    return own == null ? settings.defaults().outbound() : own;
  }

  /** With what its group says of it. */
  private Caller completed(Caller caller) {
    WorkloadGroup group = groups.get(WorkloadGroup.of(caller.namespace(), caller.labels()));
    return group == null
        ? caller
        : new Caller(
            caller.namespace(), group.beneath(caller.labels()), group.orElse(caller.locality()));
  }

  /** As somebody in a namespace sees it who imports everything. */
  public CallerView unscoped(Namespace namespace) {
    return new CallerView(this, new Caller(namespace, Map.of()), null);
  }

  HostIndex<Service> servicesByHost() {
    return servicesByHost;
  }

  HostIndex<RoutingRule> rulesByHost() {
    return rulesByHost;
  }

  /** The policies that a namespace defines; null if none. */
  @Nullable HostIndex<DestinationPolicy> policiesOf(Namespace namespace) {
    return policies.get(namespace);
  }

  private Stream<PolicySettings> settingsOfPolicies() {
    return content.policies().stream()
        .flatMap(
            policy ->
                Stream.concat(
                    Stream.of(policy.settings()), policy.subsets().stream().map(Subset::settings)))
        .flatMap(PolicySettings::all);
  }

  private Stream<CallerFilter> matchesOfConnections() {
    return content.rules().stream()
        .flatMap(rule -> rule.l4().stream())
        .flatMap(route -> route.matches().stream())
        .map(L4Route.Match::callers);
  }

  private Stream<RouteMatch> matches() {
    return content.rules().stream()
        .map(RoutingRule::http)
        .flatMap(Collection::stream)
        .map(HttpRoute::matches)
        .flatMap(Collection::stream);
  }
}
