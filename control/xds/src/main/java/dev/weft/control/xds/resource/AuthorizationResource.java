package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.weft.control.api.v1.Authorization;
import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.AuthorizationPolicy.Action;
import dev.weft.control.model.AuthorizationPolicy.Check;
import dev.weft.control.model.AuthorizationPolicy.Rule;
import dev.weft.control.model.TokenRule;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may ask what, as istiod has it in the filters of a sidecar's inbound listener: one for each
 * action, in the order in which they decide. Nobody is asked for CUSTOM yet: it refuses.
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
   * @param tokens whose tokens a workload believes; none: it looks at none
   * @param policies of the workload; none let everything in
   * @param trustDomain the mesh's own
   */
  public static Authorization of(
      List<TokenRule> tokens, List<AuthorizationPolicy> policies, String trustDomain) {
    Authorization.Builder built = Authorization.newBuilder();
    for (Action action : Action.values()) {
      if (action == Action.AUDIT && !tokens.isEmpty()) {
        built.addFilters(filter(TokenResource.of(tokens))); // CUSTOM decides before it
      }
      List<AuthorizationPolicy> own =
          policies.stream().filter(it -> it.action() == action).toList();
      if (!own.isEmpty()) {
        built.addFilters(filter(filter(action, own, trustDomain)));
      }
    }
    return built.build();
  }

  private static Authorization.Filter filter(Message message) {
    Any filter = Any.pack(message);
    return Authorization.Filter.newBuilder()
        .setTypeUrl(filter.getTypeUrl())
        .setValue(filter.getValue())
        .build();
  }

  private static Message filter(
      Action action, List<AuthorizationPolicy> policies, String trustDomain) {
    RBAC.Builder enforced = RBAC.newBuilder().setAction(action(action));
    RBAC.Builder shadow = RBAC.newBuilder().setAction(action(action));
    boolean isEnforced = false;
    boolean isShadowed = false;
    for (AuthorizationPolicy policy : policies) {
      isShadowed |= policy.dryRun();
      isEnforced |= !policy.dryRun();
      RBAC.Builder rules = policy.dryRun() ? shadow : enforced;
      if (policy.rules().isEmpty()) {
        rules.putPolicies(name(policy, 0), NEVER); // Envoy takes none at all for everything
      }
      for (int i = 0; i < policy.rules().size(); i++) {
        rules.putPolicies(name(policy, i), policy(policy.rules().get(i), trustDomain));
      }
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

  private static Policy policy(Rule rule, String trustDomain) {
    List<Permission> ofOperation = new ArrayList<>();
    List<Principal> ofSource = new ArrayList<>();
    for (Check check : rule.when()) {
      if (check.attribute().isOfOperation()) {
        ofOperation.addAll(Permissions.of(check));
      } else {
        ofSource.addAll(Principals.of(check, trustDomain));
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
      source.forEach(check -> all.addAll(Principals.of(check, trustDomain)));
      all.addAll(ofSource);
      built.addPrincipals(Principals.all(all));
    }
    return built.build();
  }

  private static List<List<Check>> orAny(List<List<Check>> alternatives) {
    return alternatives.isEmpty() ? List.of(List.of()) : alternatives;
  }
}
