package dev.weft.xds.decode;

import dev.weft.engine.config.Authorization.Condition;
import dev.weft.xds.proto.RbacPermission;
import dev.weft.xds.proto.TypedExtensionConfig;
import dev.weft.xds.proto.UriTemplateMatchConfig;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.ArrayList;
import java.util.List;

/** {@code envoy.config.rbac.v3.Permission}. */
final class PermissionDecoder {

  private static final String TEMPLATE =
      "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";

  private final IgnoredFields ignored;

  PermissionDecoder(IgnoredFields ignored) {
    this.ignored = ignored;
  }

  Condition of(RbacPermission permission, Where where)
      throws InvalidResourceException, InvalidMessageException {
    if (permission.andRules() != null) {
      return new Condition.All(all(permission.andRules().rules(), where.in("and_rules")));
    }
    if (permission.orRules() != null) {
      return new Condition.OneOf(all(permission.orRules().rules(), where.in("or_rules")));
    }
    if (permission.notRule() != null) {
      return new Condition.Not(of(permission.notRule(), where.in("not_rule")));
    }
    if (Boolean.TRUE.equals(permission.any())) {
      return new Condition.Any();
    }
    if (permission.header() != null) {
      return new Condition.Header(MatchDecoder.header(permission.header(), where.in("header")));
    }
    if (permission.urlPath() != null) {
      return Sources.path(permission.urlPath(), where.in("url_path"));
    }
    if (permission.uriTemplate() != null) {
      return template(permission.uriTemplate(), where.in("uri_template"));
    }
    if (permission.destinationIp() != null) {
      return new Condition.DestinationIp(
          Sources.subnet(permission.destinationIp(), where.in("destination_ip")));
    }
    if (permission.destinationPort() != null) {
      return new Condition.DestinationPort(
          Numbers.port(permission.destinationPort(), where.in("destination_port")));
    }
    if (permission.metadata() != null) {
      return Sources.claim(permission.metadata(), where.in("metadata"));
    }
    if (permission.requestedServerName() != null) {
      return new Condition.ServerName(
          MatchDecoder.text(permission.requestedServerName(), where.in("requested_server_name")));
    }
    throw where.refuse("no rule that is known (expected: a rule)");
  }

  private List<Condition> all(List<RbacPermission> permissions, Where where)
      throws InvalidResourceException, InvalidMessageException {
    List<Condition> conditions = new ArrayList<>();
    for (int i = 0; i < permissions.size(); i++) {
      conditions.add(of(permissions.get(i), where.in("rules", i)));
    }
    if (conditions.isEmpty()) {
      throw where.refuse("empty (expected: one rule at least)");
    }
    return conditions;
  }

  private Condition template(TypedExtensionConfig extension, Where where)
      throws InvalidResourceException, InvalidMessageException {
    WireReader config = Extensions.config(extension, TEMPLATE, new Decoding(ignored, where));
    String template = UriTemplateMatchConfig.parse(config).pathTemplate();
    boolean isOver = false;
    for (String segment : template.split("/", -1)) {
      boolean isWild = segment.equals("*") || segment.equals("**");
      boolean isLiteral = segment.chars().noneMatch(c -> "*{}".indexOf(c) >= 0);
      if (isWild ? isOver : !isLiteral) {
        throw where.refuse(
            "\"" + template + "\" (expected: segments, of which * is one and ** the rest)");
      }
      isOver |= segment.equals("**");
    }
    if (!template.startsWith("/")) {
      throw where.refuse("\"" + template + "\" (expected: a slash at the start)");
    }
    return new Condition.Template(template);
  }
}
