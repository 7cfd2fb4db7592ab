package dev.weft.xds.decode;

import dev.weft.xds.proto.Any;
import dev.weft.xds.proto.FilterConfig;
import dev.weft.xds.proto.HttpFilter;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.Map;
import java.util.Set;

/**
 * HTTP filters and their settings per route. Supported is the router alone. Some others only
 * observe or add to a request and are ignored; any other refuses the resource unless it is marked
 * optional (gRFC A39), and a filter that guards something does so even then.
 */
final class Filters {

  private static final String PREFIX = "type.googleapis.com/";
  private static final String HTTP = PREFIX + "envoy.extensions.filters.http.";
  private static final String ROUTER = HTTP + "router.v3.Router";
  private static final String WRAPPER = PREFIX + "envoy.config.route.v3.FilterConfig";

  private static final Set<String> HARMLESS =
      Set.of(
          HTTP + "fault.v3.HTTPFault",
          HTTP + "cors.v3.Cors",
          HTTP + "cors.v3.CorsPolicy",
          HTTP + "grpc_stats.v3.FilterConfig",
          HTTP + "stateful_session.v3.StatefulSession",
          HTTP + "stateful_session.v3.StatefulSessionPerRoute",
          PREFIX + "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
          PREFIX + "stats.PluginConfig");

  private static final Set<String> GUARDS = Set.of("rbac", "jwt_authn", "ext_authz");

  private final IgnoredFields ignored;

  Filters(IgnoredFields ignored) {
    this.ignored = ignored;
  }

  void check(HttpFilter filter, Where where) throws InvalidResourceException {
    if (!filter.disabled()) {
      check(filter.typedConfig(), filter.isOptional(), where.in("typed_config"));
    }
  }

  /** The settings of a virtual host, a route or a weighted cluster, by filter name. */
  void check(Map<String, Any> perFilter, Where where)
      throws InvalidResourceException, InvalidMessageException {
    for (Map.Entry<String, Any> entry : perFilter.entrySet()) {
      Where here = where.in("typed_per_filter_config." + entry.getKey());
      Any config = entry.getValue();
      if (config.typeUrl().equals(WRAPPER)) {
        FilterConfig wrapped = FilterConfig.parse(new WireReader(config.value(), ignored));
        Any inner = wrapped.config();
        // Without settings of its own it only switches a filter that was checked where it is
        // listed.
        if (inner != null && !wrapped.disabled()) {
          check(inner, wrapped.isOptional(), here);
        }
      } else {
        check(config, false, here);
      }
    }
  }

  private void check(@org.jspecify.annotations.Nullable Any config, boolean optional, Where where)
      throws InvalidResourceException {
    String type = config == null ? "absent" : config.typeUrl();
    if (type.equals(ROUTER)) {
      return;
    }
    boolean guard = type.startsWith(HTTP) && GUARDS.contains(filterName(type));
    boolean tolerated = optional || HARMLESS.contains(type);
    if (guard || !tolerated) {
      throw where.refuse(
          type + " (expected: the router, or a filter that is supported or optional)");
    }
    ignored.ignored(type.substring(type.indexOf('/') + 1));
  }

  /** {@code rbac} of {@code …/envoy.extensions.filters.http.rbac.v3.RBAC}. */
  private static String filterName(String type) {
    int dot = type.indexOf('.', HTTP.length());
    return type.substring(HTTP.length(), dot < 0 ? type.length() : dot);
  }
}
