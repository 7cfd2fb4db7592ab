package dev.weft.control.config;

import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.DestinationPolicy;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.KeyPlace;
import dev.weft.control.model.KeySource;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.PeerPolicy;
import dev.weft.control.model.RateLimitPolicy;
import dev.weft.control.model.RequestAuthentication;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.RoutingRule;
import dev.weft.control.model.Service;
import dev.weft.control.model.ServiceAccount;
import dev.weft.control.model.Sidecar;
import dev.weft.control.model.TrustBundle;
import dev.weft.control.model.Workload;
import dev.weft.control.model.WorkloadGroup;
import dev.weft.control.model.WorkloadSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a model of all valid resources and all workloads: a pure function, whose result does not
 * depend on the order in which files were read, only on their names where two of them define the
 * same resource.
 */
public final class Resolver {

  /**
   * Which rule wins over another for the same host: the older, as in Istio; files rarely say when a
   * resource was created, and then its name decides, and after that its namespace.
   */
  private static final Comparator<Resource> PRECEDENCE =
      Comparator.comparing((Resource resource) -> resource.metadata().created())
          .thenComparing(resource -> resource.id().name())
          .thenComparing(resource -> resource.id().namespace());

  private final MeshSettings settings;

  public Resolver(MeshSettings settings) {
    this.settings = settings;
  }

  /**
   * @param files in any order; all of what they hold counts, so that a caller leaves invalid ones
   *     out
   */
  public MeshModel resolve(Collection<ConfigFile> files, WorkloadSource.Snapshot registered) {
    return resolve(files, registered, TrustBundle.NONE, Map.of());
  }

  /**
   * Likewise, of a mesh with identities, and with keys that were fetched.
   *
   * @param trust whom it believes
   * @param published the keys of issuers of tokens
   */
  public MeshModel resolve(
      Collection<ConfigFile> files,
      WorkloadSource.Snapshot registered,
      TrustBundle trust,
      Map<KeyPlace, KeySource.Published> published) {
    List<Finding> findings = new ArrayList<>();
    List<Resource> resources = distinct(files, findings);
    MeshSettings settings = settings(resources);
    ExportDefaults exports =
        of(resources, Resource.MeshConfig.class)
            .map(Resource.MeshConfig::exports)
            .findFirst()
            .orElse(ExportDefaults.EVERYWHERE);
    List<WorkloadGroup> groups =
        of(resources, Resource.Group.class).map(Resource.Group::group).toList();
    List<Workload> workloads =
        Stream.concat(
                new WorkloadGroups(groups).complete(registered.workloads()).stream(),
                of(resources, Resource.DeclaredWorkload.class)
                    .map(Resource.DeclaredWorkload::workload))
            .toList();
    List<Service> services =
        new ServiceResolver(settings, workloads, findings)
            .resolve(resources).stream().map(exports::apply).toList();
    List<DestinationPolicy> policies =
        new PolicyMerger(findings)
            .merge(of(resources, Resource.Policy.class).toList()).stream()
                .map(exports::apply)
                .toList();
    List<Resource.Rule> written =
        of(resources, Resource.Rule.class).map(rule -> rule.exportedAs(exports)).toList();
    Delegation delegation = new Delegation(written, findings);
    List<Resource.Rule> rules =
        written.stream()
            .filter(rule -> !rule.rule().hosts().isEmpty())
            .map(delegation::resolve)
            .sorted(Comparator.comparing(rule -> rule.rule().reach()))
            .toList();
    List<RoutingRule> routing = rules.stream().map(Resource.Rule::rule).toList();
    List<PeerPolicy> peers =
        of(resources, Resource.Peers.class).map(Resource.Peers::policy).toList();
    List<Sidecar> sidecars =
        of(resources, Resource.Scoping.class).map(Resource.Scoping::sidecar).toList();
    List<RateLimitPolicy> limits =
        of(resources, Resource.Rates.class).map(Resource.Rates::policy).toList();
    List<AuthorizationPolicy> authorization =
        of(resources, Resource.Authorization.class).map(Resource.Authorization::policy).toList();
    List<RequestAuthentication> tokens =
        of(resources, Resource.Tokens.class)
            .map(each -> FetchedKeys.into(each.policy(), published, findings))
            .toList();
    MeshModel.Content content =
        new MeshModel.Content(
            services,
            workloads,
            routing,
            policies,
            peers,
            sidecars,
            groups,
            limits,
            authorization,
            tokens);
    findings.addAll(registered.findings());
    MeshModel unanalyzed = new MeshModel(settings, content, List.of());
    Analyzer analyzer = new Analyzer(unanalyzed);
    written.stream().filter(rule -> rule.rule().hosts().isEmpty()).forEach(analyzer::destinations);
    findings.addAll(analyzer.analyze(rules));
    findings.addAll(new PeerAnalyzer(unanalyzed).analyze());
    findings.addAll(new ConnectionAnalyzer(unanalyzed).analyze());
    findings.addAll(new SidecarAnalyzer(unanalyzed).analyze());
    findings.addAll(new RateLimitAnalyzer(unanalyzed).analyze());
    findings.addAll(new AuthorizationAnalyzer(unanalyzed).analyze());
    findings.addAll(accounts(registered, resources, unanalyzed));
    files.stream().map(ConfigFile::findings).forEach(findings::addAll);
    return new MeshModel(settings, content, sorted(findings), trust);
  }

  /** Nobody is missed where nobody knows who is there. */
  private static List<Finding> accounts(
      WorkloadSource.Snapshot registered, List<Resource> resources, MeshModel model) {
    Set<ServiceAccount> there = registered.accounts();
    if (there == null) {
      return List.of();
    }
    Set<ServiceAccount> all = new HashSet<>(there);
    of(resources, Resource.Account.class).map(Resource.Account::account).forEach(all::add);
    return new AccountAnalyzer(model, all).analyze();
  }

  /** Those that were given, and what a MeshConfig says besides. */
  private MeshSettings settings(List<Resource> resources) {
    return of(resources, Resource.MeshConfig.class)
        .findFirst()
        .map(
            mesh ->
                settings
                    .withRootNamespace(mesh.rootNamespace())
                    .withTrustDomainAliases(mesh.trustDomainAliases())
                    .withDefaults(mesh.defaults()))
        .orElse(settings);
  }

  private static <T extends Resource> Stream<T> of(List<Resource> resources, Class<T> type) {
    return resources.stream().filter(type::isInstance).map(type::cast);
  }

  private static List<Resource> distinct(Collection<ConfigFile> files, List<Finding> findings) {
    Map<ResourceId, Resource> byId = new LinkedHashMap<>();
    files.stream()
        .sorted(Comparator.comparing(ConfigFile::name))
        .flatMap(file -> file.resources().stream())
        .forEach(
            resource -> {
              Resource earlier = byId.putIfAbsent(resource.id(), resource);
              if (earlier != null) {
                findings.add(duplicate(resource, earlier));
              }
            });
    return byId.values().stream().sorted(PRECEDENCE).toList();
  }

  private static Finding duplicate(Resource resource, Resource earlier) {
    return new Finding(
        FindingCode.DUPLICATE_RESOURCE,
        resource.id(),
        resource.metadata().location(),
        "",
        "also defined at " + earlier.metadata().location() + ", which wins");
  }

  private static List<Finding> sorted(List<Finding> findings) {
    return findings.stream()
        .sorted(
            Comparator.comparing(
                    (Finding finding) ->
                        finding.location() == null ? "" : finding.location().file())
                .thenComparing(
                    finding -> finding.location() == null ? 0 : finding.location().line())
                .thenComparing(Finding::code)
                .thenComparing(Finding::message))
        .toList();
  }
}
