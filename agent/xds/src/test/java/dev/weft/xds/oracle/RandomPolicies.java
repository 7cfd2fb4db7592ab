package dev.weft.xds.oracle;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Random;

/** Rules of RBAC by chance, of few values each, so that they match often enough. */
final class RandomPolicies {

  static final List<String> PATHS =
      List.of("/admin", "/admin/x", "/public", "/public/a.b", "/a b", "/pkg.Service/Method", "/");
  static final List<String> HOSTS = List.of("orders", "orders.shop.svc", "secret.com", "api.x");
  static final List<String> METHODS = List.of("GET", "POST", "DELETE", "get");
  static final List<String> HEADERS = List.of("x-env", "x-user", "x-none");
  static final List<String> VALUES = List.of("prod", "staging", "a,b", "prod,prod", "jason");

  private static final List<String> TEMPLATES =
      List.of("/*", "/admin/*", "/**", "/public/**", "/*/x", "/*/**");
  private static final List<String> BLOCKS = List.of("127.0.0.0/8", "127.0.0.1/32", "10.0.0.0/8");
  private static final int DEEPEST = 3;

  private final Random random;
  private final int port;
  private final List<String> identities;

  /**
   * @param port at which requests arrive
   * @param identities of those who send them
   */
  RandomPolicies(Random random, int port, List<String> identities) {
    this.random = random;
    this.port = port;
    this.identities = identities;
  }

  RBAC rules() {
    RBAC.Builder rules =
        RBAC.newBuilder().setAction(random.nextBoolean() ? RBAC.Action.ALLOW : RBAC.Action.DENY);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Policy.Builder policy = Policy.newBuilder();
      int alternatives = 1 + random.nextInt(2);
      for (int j = 0; j < alternatives; j++) {
        policy.addPermissions(permission(0));
        policy.addPrincipals(principal(0));
      }
      rules.putPolicies("policy-" + i, policy.build());
    }
    return rules.build();
  }

  private Permission permission(int depth) {
    Permission.Builder built = Permission.newBuilder();
    int kind = random.nextInt(depth < DEEPEST ? 10 : 7);
    switch (kind) {
      case 0 -> built.setAny(true);
      case 1 -> built.setHeader(header());
      case 2, 3 -> built.setUrlPath(path());
      case 4 -> built.setUriTemplate(template());
      case 5 -> built.setDestinationPort(random.nextBoolean() ? port : 80);
      case 6 -> built.setDestinationIp(block());
      case 7 -> built.setAndRules(permissions(depth));
      case 8 -> built.setOrRules(permissions(depth));
      default -> built.setNotRule(permission(depth + 1));
    }
    return built.build();
  }

  private Permission.Set permissions(int depth) {
    return Permission.Set.newBuilder()
        .addRules(permission(depth + 1))
        .addRules(permission(depth + 1))
        .build();
  }

  private Principal principal(int depth) {
    Principal.Builder built = Principal.newBuilder();
    int kind = random.nextInt(depth < DEEPEST ? 10 : 7);
    switch (kind) {
      case 0 -> built.setAny(true);
      case 1 -> built.setHeader(header());
      case 2, 3 -> built.setAuthenticated(authenticated());
      case 4 -> built.setDirectRemoteIp(block());
      case 5 -> built.setRemoteIp(block());
      case 6 -> built.setUrlPath(path());
      case 7 -> built.setAndIds(principals(depth));
      case 8 -> built.setOrIds(principals(depth));
      default -> built.setNotId(principal(depth + 1));
    }
    return built.build();
  }

  private Principal.Set principals(int depth) {
    return Principal.Set.newBuilder()
        .addIds(principal(depth + 1))
        .addIds(principal(depth + 1))
        .build();
  }

  private Principal.Authenticated authenticated() {
    Principal.Authenticated.Builder built = Principal.Authenticated.newBuilder();
    return random.nextInt(5) == 0
        ? built.build()
        : built.setPrincipalName(text(one(identities))).build();
  }

  private HeaderMatcher header() {
    HeaderMatcher.Builder built = HeaderMatcher.newBuilder();
    switch (random.nextInt(4)) {
      case 0 -> built.setName(":method").setStringMatch(text(one(METHODS)));
      case 1 -> {
        StringMatcher host = text(one(HOSTS));
        boolean folds = !host.hasSafeRegex();
        built
            .setName(":authority")
            .setStringMatch(host.toBuilder().setIgnoreCase(folds && random.nextBoolean()));
      }
      default -> {
        built.setName(one(HEADERS));
        if (random.nextInt(4) == 0) {
          built.setPresentMatch(random.nextBoolean());
        } else {
          built.setStringMatch(text(one(VALUES)));
        }
        built.setTreatMissingHeaderAsEmpty(random.nextInt(5) == 0);
      }
    }
    return built.setInvertMatch(random.nextInt(4) == 0).build();
  }

  private PathMatcher path() {
    return PathMatcher.newBuilder().setPath(text(one(PATHS))).build();
  }

  private TypedExtensionConfig template() {
    return TypedExtensionConfig.newBuilder()
        .setName("uri-template")
        .setTypedConfig(
            Any.pack(UriTemplateMatchConfig.newBuilder().setPathTemplate(one(TEMPLATES)).build()))
        .build();
  }

  private CidrRange block() {
    String[] block = one(BLOCKS).split("/");
    return CidrRange.newBuilder()
        .setAddressPrefix(block[0])
        .setPrefixLen(UInt32Value.of(Integer.parseInt(block[1])))
        .build();
  }

  private StringMatcher text(String value) {
    StringMatcher.Builder built = StringMatcher.newBuilder();
    int half = value.length() / 2;
    return switch (random.nextInt(6)) {
      case 0 -> built.setPrefix(value.substring(0, Math.max(1, half))).build();
      case 1 -> built.setSuffix(value.substring(half)).build();
      case 2 -> built.setContains(value.substring(half / 2, Math.max(half, half / 2 + 1))).build();
      case 3 ->
          built
              .setSafeRegex(
                  RegexMatcher.newBuilder()
                      .setRegex(".*" + value.substring(half).replaceAll("[.]", "[.]")))
              .build();
      default -> built.setExact(value).build();
    };
  }

  private <T> T one(List<T> many) {
    return many.get(random.nextInt(many.size()));
  }
}
