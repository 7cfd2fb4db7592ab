package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.weft.control.api.v1.Authorization;
import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.AuthorizationPolicy.Action;
import dev.weft.control.model.AuthorizationPolicy.Check;
import dev.weft.control.model.AuthorizationPolicy.Rule;
import dev.weft.control.model.ExtensionProvider;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.TokenRule;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who may ask what, as istiod has it in the filters of a sidecar's inbound listener: one for each
 * action, in the order in which they decide. For CUSTOM there are two of each provider: one that
 * matches, and one that asks.
 */
public final class AuthorizationResource {

  /** What only tells is not enforced; Istio's prefix of its statistics. */
  private static final String DRY_RUN = "istio_dry_run_allow_";

  private static final Policy NEVER =
      Policy.newBuilder()
          .addPermissions(Permission.newBuilder().setNotRule(Permission.newBuilder().setAny(true)))
          .addPrincipals(Principal.newBuilder().setNotId(Principal.newBuilder().setAny(true)))
          .build();

  private AuthorizationResource() {}

  /**
   * What a workload's filters are made of.
   *
   * @param tokens whose tokens the workload believes; none: it looks at none
   * @param policies of the workload; none let everything in
   * @param providers that can be asked, of those that the policies name
   * @param trustDomains the mesh's own first, then its aliases
   */
  public record Inputs(
      List<TokenRule> tokens,
      List<AuthorizationPolicy> policies,
      List<ExtensionProvider> providers,
      List<String> trustDomains) {

    public Inputs {
      tokens = List.copyOf(tokens);
      policies = List.copyOf(policies);
      providers = List.copyOf(providers);
      trustDomains = List.copyOf(trustDomains);
    }

    /** Of a workload with these labels. */
    public static Inputs of(MeshModel model, Namespace namespace, Map<String, String> labels) {
      List<AuthorizationPolicy> policies = model.authorization(namespace, labels);
      List<ExtensionProvider> providers =
          policies.stream()
              .filter(policy -> !policy.dryRun())
              .map(AuthorizationPolicy::provider)
              .filter(Objects::nonNull)
              .distinct()
              .sorted()
              .flatMap(name -> model.provider(name).stream())
              .toList();
      return new Inputs(
          model.tokenRules(namespace, labels),
          policies,
          providers,
          model.settings().trustDomains());
    }

    /** The clusters of those who are asked. */
    public Set<String> clusters() {
      return providers.stream()
          .map(provider -> Names.cluster(provider.destination()))
          .collect(Collectors.toSet());
    }

    private boolean isAsked(AuthorizationPolicy policy) {
      return policy.action() == Action.CUSTOM
          && !policy.dryRun()
          && providers.stream().anyMatch(it -> it.name().equals(policy.provider()));
    }
  }

  public static Authorization of(Inputs inputs) {
    Authorization.Builder built = Authorization.newBuilder();
    for (ExtensionProvider provider : inputs.providers()) {
      RBAC.Builder asked = RBAC.newBuilder().setAction(RBAC.Action.DENY);
      for (AuthorizationPolicy policy : inputs.policies()) {
        if (inputs.isAsked(policy) && provider.name().equals(policy.provider())) {
          String prefix = ProviderFilter.prefix(provider) + "-";
          policies(policy, inputs.trustDomains())
              .forEach((name, rules) -> asked.putPolicies(prefix + name, rules));
        }
      }
      add(built, ProviderFilter.matching(asked.build()));
      add(built, ProviderFilter.of(provider));
    }
    for (Action action : Action.values()) {
      if (action == Action.AUDIT && !inputs.tokens().isEmpty()) {
        add(built, TokenResource.of(inputs.tokens())); // CUSTOM decides before it
      }
      // Nobody can be asked of what is left of CUSTOM: it refuses.
      List<AuthorizationPolicy> own =
          inputs.policies().stream()
              .filter(it -> it.action() == action && !inputs.isAsked(it))
              .toList();
      if (!own.isEmpty()) {
        add(built, filter(action, own, inputs.trustDomains()));
      }
    }
    return built.build();
  }

  private static void add(Authorization.Builder built, Message config) {
    Any filter = Any.pack(config);
    built.addFilters(
        Authorization.Filter.newBuilder()
            .setTypeUrl(filter.getTypeUrl())
            .setValue(filter.getValue()));
  }

  private static Message filter(
      Action action, List<AuthorizationPolicy> policies, List<String> trustDomains) {
    RBAC.Builder enforced = RBAC.newBuilder().setAction(action(action));
    RBAC.Builder shadow = RBAC.newBuilder().setAction(action(action));
    boolean isEnforced = false;
    boolean isShadowed = false;
    for (AuthorizationPolicy policy : policies) {
      isShadowed |= policy.dryRun();
      isEnforced |= !policy.dryRun();
      RBAC.Builder rules = policy.dryRun() ? shadow : enforced;
      rules.putAllPolicies(policies(policy, trustDomains));
    }
    var built =
        io.envoyproxy
            .envoy
            .extensions
            .filters
            .http
            .rbac
            .v3
            .RBAC
            .newBuilder()
            .setShadowRulesStatPrefix(DRY_RUN);
    if (isEnforced) {
      built.setRules(enforced);
    }
    if (isShadowed) {
      built.setShadowRules(shadow);
    }
    return built.build();
  }

  private static Map<String, Policy> policies(
      AuthorizationPolicy policy, List<String> trustDomains) {
    Map<String, Policy> policies = new TreeMap<>();
    if (policy.rules().isEmpty()) {
      policies.put(name(policy, 0), NEVER); // Envoy takes none at all for everything
    }
    for (int i = 0; i < policy.rules().size(); i++) {
      policies.put(name(policy, i), policy(policy.rules().get(i), trustDomains));
    }
    return policies;
  }

  private static RBAC.Action action(Action action) {
    return switch (action) {
      case ALLOW -> RBAC.Action.ALLOW;
      case AUDIT -> RBAC.Action.LOG;
      case DENY, CUSTOM -> RBAC.Action.DENY;
    };
  }

  /** As istiod names them, so that logs can be read alike. */
  private static String name(AuthorizationPolicy policy, int rule) {
    return "ns["
        + policy.id().namespace()
        + "]-policy["
        + policy.id().name()
        + "]-rule["
        + rule
        + "]";
  }

  private static Policy policy(Rule rule, List<String> trustDomains) {
    List<Permission> ofOperation = new ArrayList<>();
    List<Principal> ofSource = new ArrayList<>();
    for (Check check : rule.when()) {
      if (check.attribute().isOfOperation()) {
        ofOperation.addAll(Permissions.of(check));
      } else {
        ofSource.addAll(Principals.of(check, trustDomains));
      }
    }
    Policy.Builder built = Policy.newBuilder();
    for (List<Check> operation : orAny(rule.to())) {
      List<Permission> all = new ArrayList<>();
      operation.forEach(check -> all.addAll(Permissions.of(check)));
      all.addAll(ofOperation);
      built.addPermissions(Permissions.all(all));
    }
    for (List<Check> source : orAny(rule.from())) {
      List<Principal> all = new ArrayList<>();
      source.forEach(check -> all.addAll(Principals.of(check, trustDomains)));
      all.addAll(ofSource);
      built.addPrincipals(Principals.all(all));
    }
    return built.build();
  }

  private static List<List<Check>> orAny(List<List<Check>> alternatives) {
    return alternatives.isEmpty() ? List.of(List.of()) : alternatives;
  }
}
