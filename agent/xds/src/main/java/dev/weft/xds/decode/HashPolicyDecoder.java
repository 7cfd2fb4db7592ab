package dev.weft.xds.decode;

import dev.weft.engine.config.HashPolicy;
import dev.weft.xds.proto.RouteActionHashPolicy;
import dev.weft.xds.proto.RouteActionHashPolicyCookie;
import dev.weft.xds.proto.RouteActionHashPolicyCookieAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code envoy.config.route.v3.RouteAction.HashPolicy}. */
final class HashPolicyDecoder {

  private HashPolicyDecoder() {}

  static List<HashPolicy> policies(List<RouteActionHashPolicy> policies, Where where)
      throws InvalidResourceException {
    List<HashPolicy> decoded = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      RouteActionHashPolicy policy = policies.get(i);
      if (policy.connectionProperties() != null && !policy.connectionProperties().sourceIp()) {
        continue; // hashes nothing
      }
      decoded.add(policy(policy, where.in("hash_policy", i)));
    }
    return decoded;
  }

  private static HashPolicy policy(RouteActionHashPolicy policy, Where where)
      throws InvalidResourceException {
    boolean terminal = policy.terminal();
    if (policy.header() != null) {
      String name = named(policy.header().headerName(), where.in("header").in("header_name"));
      return new HashPolicy.Header(name.toLowerCase(Locale.ROOT), terminal);
    }
    if (policy.cookie() != null) {
      return cookie(policy.cookie(), terminal, where.in("cookie"));
    }
    if (policy.queryParameter() != null) {
      return new HashPolicy.QueryParameter(
          named(policy.queryParameter().name(), where.in("query_parameter").in("name")), terminal);
    }
    if (policy.connectionProperties() != null) {
      return new HashPolicy.SourceIp(terminal);
    }
    throw where.refuse(
        (policy.filterState() == null ? "nothing" : "filter_state")
            + " (expected: header, cookie, connection_properties or query_parameter)");
  }

  private static HashPolicy cookie(
      RouteActionHashPolicyCookie cookie, boolean terminal, Where where)
      throws InvalidResourceException {
    List<HashPolicy.Attribute> attributes = new ArrayList<>();
    for (RouteActionHashPolicyCookieAttribute attribute : cookie.attributes()) {
      attributes.add(new HashPolicy.Attribute(attribute.name(), attribute.value()));
    }
    return new HashPolicy.Cookie(
        named(cookie.name(), where.in("name")),
        cookie.path(),
        Durations.of(cookie.ttl(), where.in("ttl")),
        attributes,
        terminal);
  }

  private static String named(String name, Where where) throws InvalidResourceException {
    if (name.isEmpty()) {
      throw where.refuse("empty (expected: a name)");
    }
    return name;
  }
}
