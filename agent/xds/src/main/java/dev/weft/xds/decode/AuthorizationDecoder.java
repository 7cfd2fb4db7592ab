package dev.weft.xds.decode;

import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.config.TokenRule;
import dev.weft.xds.proto.AuthorizationFilter;
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
import java.util.TreeMap;

/** {@code weft.control.v1.Authorization}: the filters that guard. */
final class AuthorizationDecoder {

  private static final String RBAC =
      "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC";

  private static final String TOKENS = "type.googleapis.com/weft.control.v1.RequestAuthentication";

  private final PermissionDecoder permissions;
  private final PrincipalDecoder principals;

  private AuthorizationDecoder(IgnoredFields ignored) {
    this.permissions = new PermissionDecoder(ignored);
    this.principals = new PrincipalDecoder();
  }

  static Authorization decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    AuthorizationDecoder decoder = new AuthorizationDecoder(ignored);
    List<TokenRule> tokens = new ArrayList<>();
    List<Filter> filters = new ArrayList<>();
    List<AuthorizationFilter> written = dev.weft.xds.proto.Authorization.parse(in).filters();
    for (int i = 0; i < written.size(); i++) {
      Where where = Where.ROOT.in("filters", i);
      AuthorizationFilter filter = written.get(i);
      WireReader value = new WireReader(filter.value(), ignored);
      switch (filter.typeUrl()) {
        case RBAC -> filters.add(decoder.filter(RbacFilter.parse(value), where));
        case TOKENS ->
            tokens.addAll(TokenRuleDecoder.decode(RequestAuthentication.parse(value), where));
        default ->
            throw where.refuse(filter.typeUrl() + " (expected: " + RBAC + " or " + TOKENS + ")");
      }
    }
    return new Authorization(tokens, filters);
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
