package dev.weft.xds.decode;

import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.xds.proto.RbacPrincipal;
import dev.weft.xds.proto.StringMatcher;
import java.util.ArrayList;
import java.util.List;

/** {@code envoy.config.rbac.v3.Principal}. */
final class PrincipalDecoder {

  Condition of(RbacPrincipal principal, Where where) throws InvalidResourceException {
    if (principal.andIds() != null) {
      return new Condition.All(all(principal.andIds().ids(), where.in("and_ids")));
    }
    if (principal.orIds() != null) {
      return new Condition.OneOf(all(principal.orIds().ids(), where.in("or_ids")));
    }
    if (principal.notId() != null) {
      return new Condition.Not(of(principal.notId(), where.in("not_id")));
    }
    if (Boolean.TRUE.equals(principal.any())) {
      return new Condition.Any();
    }
    if (principal.authenticated() != null) {
      StringMatcher name = principal.authenticated().principalName();
      StringMatch match =
          name == null ? null : MatchDecoder.text(name, where.in("authenticated.principal_name"));
      return new Condition.Authenticated(match);
    }
    if (principal.directRemoteIp() != null) {
      return new Condition.DirectRemoteIp(
          Sources.subnet(principal.directRemoteIp(), where.in("direct_remote_ip")));
    }
    if (principal.remoteIp() != null) {
      return new Condition.RemoteIp(Sources.subnet(principal.remoteIp(), where.in("remote_ip")));
    }
    if (principal.header() != null) {
      return new Condition.Header(MatchDecoder.header(principal.header(), where.in("header")));
    }
    if (principal.urlPath() != null) {
      return Sources.path(principal.urlPath(), where.in("url_path"));
    }
    if (principal.metadata() != null) {
      return Sources.claim(principal.metadata(), where.in("metadata"));
    }
    throw where.refuse("no identifier that is known (expected: an identifier)");
  }

  private List<Condition> all(List<RbacPrincipal> principals, Where where)
      throws InvalidResourceException {
    List<Condition> conditions = new ArrayList<>();
    for (int i = 0; i < principals.size(); i++) {
      conditions.add(of(principals.get(i), where.in("ids", i)));
    }
    if (conditions.isEmpty()) {
      throw where.refuse("empty (expected: one identifier at least)");
    }
    return conditions;
  }
}
