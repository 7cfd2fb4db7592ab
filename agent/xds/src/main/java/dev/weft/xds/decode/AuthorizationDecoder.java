package dev.weft.xds.decode;

import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.config.ExternalAuthorization;
import dev.weft.engine.config.TokenRule;
import dev.weft.xds.proto.AuthorizationFilter;
import dev.weft.xds.proto.ExtAuthz;
import dev.weft.xds.proto.RbacFilter;
import dev.weft.xds.proto.RbacPolicy;
import dev.weft.xds.proto.RbacRules;
import dev.weft.xds.proto.RbacRulesAction;
import dev.weft.xds.proto.RequestAuthentication;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@code weft.control.v1.Authorization}: Envoy's RBAC filters, and before them, as istiod has it,
 * the ext_authz filters, each after the RBAC filter that says of which requests somebody is asked;
 * and Weft's own, which says whose tokens are believed.
 */
final class AuthorizationDecoder {

  private static final String RBAC =
      "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC";

  private static final String TOKENS = "type.googleapis.com/weft.control.v1.RequestAuthentication";

  private static final String EXT_AUTHZ =
      "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz";

  /** Of the statistics of an RBAC filter that decides nothing itself. */
  private static final String OF_PROVIDERS = "istio_ext_authz_";

  private final ExtAuthzDecoder providers;
  private final PermissionDecoder permissions;
  private final PrincipalDecoder principals;

  private AuthorizationDecoder(IgnoredFields ignored) {
    this.providers = new ExtAuthzDecoder();
    this.permissions = new PermissionDecoder(ignored);
    this.principals = new PrincipalDecoder();
  }

  static Authorization decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    AuthorizationDecoder decoder = new AuthorizationDecoder(ignored);
    List<ExternalAuthorization> external = new ArrayList<>();
    List<TokenRule> tokens = new ArrayList<>();
    List<Filter> filters = new ArrayList<>();
    Rules asked = null;
    Set<String> unasked = new TreeSet<>();
    List<AuthorizationFilter> written = dev.weft.xds.proto.Authorization.parse(in).filters();
    for (int i = 0; i < written.size(); i++) {
      Where where = Where.ROOT.in("filters", i);
      AuthorizationFilter filter = written.get(i);
      WireReader config = new WireReader(filter.value(), ignored);
      switch (filter.typeUrl()) {
        case TOKENS ->
            tokens.addAll(TokenRuleDecoder.decode(RequestAuthentication.parse(config), where));
        case EXT_AUTHZ -> {
          if (asked == null || !filters.isEmpty()) {
            throw where.refuse(
                "ext_authz (expected: after an RBAC filter of "
                    + OF_PROVIDERS
                    + ", before others)");
          }
          ExternalAuthorization provider =
              decoder.providers.provider(ExtAuthz.parse(config), asked, where);
          provider.rules().policies().forEach(policy -> unasked.remove(policy.name()));
          external.add(provider);
        }
        case RBAC -> {
          RbacFilter rbac = RbacFilter.parse(config);
          Filter decoded = decoder.filter(rbac, where);
          if (rbac.shadowRulesStatPrefix().equals(OF_PROVIDERS)) {
            asked = asked(decoded, where);
            asked.policies().forEach(policy -> unasked.add(policy.name()));
          } else {
            filters.add(decoded);
          }
        }
        default ->
            throw where.refuse(
                filter.typeUrl()
                    + " (expected: "
                    + String.join(" or ", RBAC, EXT_AUTHZ, TOKENS)
                    + ")");
      }
    }
    if (!unasked.isEmpty()) {
      throw Where.ROOT.in("filters").refuse(unasked + " (expected: an ext_authz filter for each)");
    }
    return new Authorization(external, tokens, filters);
  }

  private static Rules asked(Filter filter, Where where) throws InvalidResourceException {
    Rules shadow = filter.shadow();
    if (filter.rules() != null || shadow == null || shadow.action() != Action.DENY) {
      throw where.refuse("asks somebody (expected: shadow_rules of action DENY alone)");
    }
    return shadow;
  }

  private Filter filter(RbacFilter filter, Where where)
      throws InvalidResourceException, InvalidMessageException {
    return new Filter(
        filter.rules() == null ? null : rules(filter.rules(), where.in("rules")),
        filter.shadowRules() == null
            ? null
            : rules(filter.shadowRules(), where.in("shadow_rules")));
  }

  private Rules rules(RbacRules rules, Where where)
      throws InvalidResourceException, InvalidMessageException {
    Action action =
        switch (rules.action()) {
          case RbacRulesAction.ALLOW -> Action.ALLOW;
          case RbacRulesAction.DENY -> Action.DENY;
          case RbacRulesAction.LOG -> Action.LOG;
          default ->
              throw where
                  .in("action")
                  .refuse(RbacRulesAction.name(rules.action()) + " (expected: ALLOW, DENY or LOG)");
        };
    List<Policy> policies = new ArrayList<>();
    // By name, which is the order in which Envoy looks at them.
    for (Map.Entry<String, RbacPolicy> each : new TreeMap<>(rules.policies()).entrySet()) {
      policies.add(policy(each.getKey(), each.getValue(), where.in("policies." + each.getKey())));
    }
    return new Rules(action, policies);
  }

  private Policy policy(String name, RbacPolicy policy, Where where)
      throws InvalidResourceException, InvalidMessageException {
    List<Condition> operations = new ArrayList<>();
    for (int i = 0; i < policy.permissions().size(); i++) {
      operations.add(permissions.of(policy.permissions().get(i), where.in("permissions", i)));
    }
    List<Condition> sources = new ArrayList<>();
    for (int i = 0; i < policy.principals().size(); i++) {
      sources.add(principals.of(policy.principals().get(i), where.in("principals", i)));
    }
    if (operations.isEmpty() || sources.isEmpty()) {
      throw where.refuse(
          operations.size()
              + " permissions, "
              + sources.size()
              + " principals (expected: one of each at least)");
    }
    return new Policy(name, operations, sources);
  }
}
