package dev.weft.xds.decode;

import dev.weft.xds.proto.Any;
import dev.weft.xds.proto.CorsPolicy;
import dev.weft.xds.proto.FilterConfig;
import dev.weft.xds.proto.HTTPFault;
import dev.weft.xds.proto.HttpFilter;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.Map;
import java.util.Set;

/**
 * HTTP filters and their settings per route. Supported are the router, and faults and CORS where a
 * virtual host or a route has settings for them. Some others only observe or add to a request and
 * are ignored; any other refuses the resource unless it is marked optional (gRFC A39), and a filter
 * that guards something does so even then.
 */
final class Filters {

  private static final String PREFIX = "type.googleapis.com/";
  private static final String HTTP = PREFIX + "envoy.extensions.filters.http.";
  private static final String ROUTER = HTTP + "router.v3.Router";
  private static final String WRAPPER = PREFIX + "envoy.config.route.v3.FilterConfig";

  private static final String FAULT = HTTP + "fault.v3.HTTPFault";
  private static final String CORS = HTTP + "cors.v3.CorsPolicy";

  private static final Set<String> SUPPORTED = Set.of(ROUTER, FAULT, CORS, HTTP + "cors.v3.Cors");

  private static final Set<String> HARMLESS =
      Set.of(
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

  /**
   * The settings of a virtual host, a route or a weighted cluster, by filter name: those within the
   * given ones.
   */
  FilterSettings settings(FilterSettings around, Map<String, Any> perFilter, Where where)
      throws InvalidResourceException, InvalidMessageException {
    FilterSettings settings = around;
    for (Map.Entry<String, Any> entry : perFilter.entrySet()) {
      Where here = where.in("typed_per_filter_config." + entry.getKey());
      Any config = entry.getValue();
      if (config.typeUrl().equals(WRAPPER)) {
        FilterConfig wrapped = FilterConfig.parse(new WireReader(config.value(), ignored));
        Any inner = wrapped.config();
        if (wrapped.disabled()) {
          settings = settings.without(entry.getKey());
        } else if (inner != null) {
          // Without settings of its own it only switches a filter that was checked where it is
          // listed.
          check(inner, wrapped.isOptional(), here);
          settings = settings(settings, inner, here);
        }
      } else {
        check(config, false, here);
        settings = settings(settings, config, here);
      }
    }
    return settings;
  }

  private FilterSettings settings(FilterSettings around, Any config, Where where)
      throws InvalidResourceException, InvalidMessageException {
    return switch (config.typeUrl()) {
      case FAULT ->
          around.with(
              FilterDecoder.fault(HTTPFault.parse(new WireReader(config.value(), ignored)), where));
      case CORS ->
          around.with(
              FilterDecoder.cors(CorsPolicy.parse(new WireReader(config.value(), ignored)), where));
      default -> around;
    };
  }

  private void check(@org.jspecify.annotations.Nullable Any config, boolean optional, Where where)
      throws InvalidResourceException {
    String type = config == null ? "absent" : config.typeUrl();
    if (SUPPORTED.contains(type)) {
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
