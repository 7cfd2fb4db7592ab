package dev.weft.control.xds.resource;

import com.google.protobuf.Any;
import dev.weft.control.model.AuthorizationPolicy.Check;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Conditions on operations as Envoy's permissions. */
final class Permissions {

  private Permissions() {}

  /** All of these must hold. */
  static List<Permission> of(Check check) {
    Function<String, Permission> one = value -> permission(check, value);
    List<Permission> all = new ArrayList<>();
    if (!check.values().isEmpty()) {
      all.add(any(check.values().stream().map(one).toList()));
    }
    if (!check.notValues().isEmpty()) {
      all.add(
          Permission.newBuilder()
              .setNotRule(any(check.notValues().stream().map(one).toList()))
              .build());
    }
    return all;
  }

  /** None: anything. */
  static Permission all(List<Permission> permissions) {
    return Permission.newBuilder()
        .setAndRules(
            Permission.Set.newBuilder()
                .addAllRules(
                    permissions.isEmpty()
                        ? List.of(Permission.newBuilder().setAny(true).build())
                        : permissions))
        .build();
  }

  private static Permission any(List<Permission> permissions) {
    return Permission.newBuilder()
        .setOrRules(Permission.Set.newBuilder().addAllRules(permissions))
        .build();
  }

  private static Permission permission(Check check, String value) {
    Permission.Builder built = Permission.newBuilder();
    switch (check.attribute()) {
      case HOST -> built.setHeader(host(value));
      case METHOD -> built.setHeader(Wildcards.header(":method", value));
      case PATH -> path(built, value);
      case PORT -> built.setDestinationPort(Integer.parseInt(value));
      case DESTINATION_IP -> built.setDestinationIp(Wildcards.block(value));
      case SERVER_NAME -> built.setRequestedServerName(Wildcards.text(value));
      default ->
          throw new IllegalArgumentException(check.attribute() + " (expected: an operation)");
    }
    return built.build();
  }

  private static HeaderMatcher host(String value) {
    HeaderMatcher header = Wildcards.header(":authority", value);
    return header.hasStringMatch()
        ? header.toBuilder()
            .setStringMatch(header.getStringMatch().toBuilder().setIgnoreCase(true))
            .build()
        : header;
  }

  private static void path(Permission.Builder built, String value) {
    if (!value.contains("{")) {
      built.setUrlPath(PathMatcher.newBuilder().setPath(Wildcards.text(value)));
      return;
    }
    String template = value.replace("{*}", "*").replace("{**}", "**");
    built.setUriTemplate(
        TypedExtensionConfig.newBuilder()
            .setName("uri-template")
            .setTypedConfig(
                Any.pack(UriTemplateMatchConfig.newBuilder().setPathTemplate(template).build())));
  }
}
