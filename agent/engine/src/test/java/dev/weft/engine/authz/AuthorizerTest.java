package dev.weft.engine.authz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.weft.bridge.Headers;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authn.Issuer;
import dev.weft.engine.authz.Decision.Kind;
import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.config.Subnet;
import dev.weft.engine.telemetry.Audit;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What policies make of requests, and of those that can be read in several ways. */
class AuthorizerTest {

  private static final Condition ANY = new Condition.Any();
  private static final String CLIENT = "spiffe://cluster.local/ns/shop/sa/client";

  private final List<String> told = new ArrayList<>();

  private static Condition path(String exact) {
    return new Condition.Path(new StringMatch.Exact(exact, false));
  }

  private static Condition prefix(String prefix) {
    return new Condition.Path(new StringMatch.Prefix(prefix, false));
  }

  private static Condition header(String name, String exact) {
    return new Condition.Header(
        new HeaderMatch(
            name, new StringMatch.Exact(exact, name.equals(":authority")), false, false));
  }

  private static Rules rules(Action action, Condition permission, Condition principal) {
    return new Rules(action, List.of(new Policy("p", List.of(permission), List.of(principal))));
  }

  private static Authorization enforcing(Rules... rules) {
    List<Filter> filters = new ArrayList<>();
    for (Rules each : rules) {
      filters.add(new Filter(each, null));
    }
    return new Authorization(filters);
  }

  private static Authorization deny(Condition permission) {
    return enforcing(rules(Action.DENY, permission, ANY));
  }

  private static Authorization allow(Condition permission) {
    return enforcing(rules(Action.ALLOW, permission, ANY));
  }

  private static RequestHead get(String target, String... headers) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      pairs.add(Map.entry(headers[i], headers[i + 1]));
    }
    return new RequestHead("test", "GET", "http", "orders", target, Headers.of(pairs));
  }

  private static RequestHead to(String authority) {
    return new RequestHead("test", "GET", "http", authority, "/", Headers.NONE);
  }

  private static Authorizer compiled(Authorization config, @Nullable Authorizer before) {
    return Authorizer.compile(config, before, InstantSource.system());
  }

  private Kind decide(Authorization config, RequestHead head, @Nullable String principal) {
    Peer peer =
        new Peer(new InetSocketAddress("10.1.2.3", 999), new InetSocketAddress("10.0.0.7", 8080));
    Arrived request =
        new Arrived(head, peer, principal == null ? null : SpiffeId.parse(principal), null);
    return compiled(config, null)
        .decide(request, (what, policy) -> told.add(what + " " + policy))
        .kind();
  }

  private Kind decide(Authorization config, RequestHead head) {
    return decide(config, head, null);
  }

  @Test
  void nothingIsAskedWithoutPolicies() {
    assertThat(compiled(Authorization.NONE, null).admitsEverything()).isTrue();
    assertThat(decide(Authorization.UNREADABLE, get("/"), CLIENT)).isEqualTo(Kind.REFUSE);
  }

  @Test
  void deniesComeBeforeAllows() {
    Authorization both =
        enforcing(rules(Action.DENY, path("/admin"), ANY), rules(Action.ALLOW, prefix("/a"), ANY));
    assertThat(decide(both, get("/about"))).isEqualTo(Kind.PASS);
    assertThat(decide(both, get("/admin"))).isEqualTo(Kind.REFUSE);
    assertThat(decide(both, get("/other"))).isEqualTo(Kind.REFUSE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin",
        "/info/../admin",
        "//admin",
        "/%2Fadmin",
        "/a%5C..%5Cadmin",
        "/\\admin",
        "/admin;x",
        "/user/..;foo=bar/admin",
        "/.;/admin",
        "/a;b/../admin",
        "/adm%69n",
        "/admin?x=1",
        "/x/%2e%2e/admin"
      })
  void noSpellingGetsAround(String target) {
    assertThat(decide(deny(path("/admin")), get(target))).isEqualTo(Kind.REFUSE);
    assertThat(decide(allow(new Condition.Not(path("/admin"))), get(target)))
        .isEqualTo(Kind.REFUSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/user/profile#section1", "/admin%00", "admin", "/admin%0a"})
  void whatIsUnclearIsNotServed(String target) {
    assertThat(decide(deny(path("/admin")), get(target))).isEqualTo(Kind.UNCLEAR);
  }

  @Test
  void allowsNeedEveryReading() {
    Authorization open = allow(prefix("/public/"));
    assertThat(decide(open, get("/public/a"))).isEqualTo(Kind.PASS);
    assertThat(decide(open, get("/public/%61"))).isEqualTo(Kind.PASS);
    assertThat(decide(open, get("/public/..%2Fadmin"))).isEqualTo(Kind.REFUSE);
    assertThat(decide(open, get("/public/..;/admin"))).isEqualTo(Kind.REFUSE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"secret.com", "Secret.com", "secret.com:8080", "secret.com.", "SECRET.COM.:80"})
  void hostsAreThemselvesInEverySpelling(String authority) {
    assertThat(decide(deny(header(":authority", "secret.com")), to(authority)))
        .isEqualTo(Kind.REFUSE);
    assertThat(decide(allow(new Condition.Not(header(":authority", "secret.com"))), to(authority)))
        .isEqualTo(Kind.REFUSE);
  }

  @Test
  void aHostBesideTheAuthorityCounts() {
    Authorization deny = deny(header(":authority", "secret.com"));
    RequestHead two = get("/", "Host", "other", "Host", "secret.com");
    assertThat(decide(deny, two)).isEqualTo(Kind.REFUSE);
    RequestHead afterItself = get("/", "Host", "orders", "Host", "secret.com");
    assertThat(decide(deny, afterItself)).isEqualTo(Kind.REFUSE);
  }

  @Test
  void headersAreLookedAtOneByOneAndJoined() {
    Authorization deny = deny(header("x", "true"));
    assertThat(decide(deny, get("/", "x", "true"))).isEqualTo(Kind.REFUSE);
    assertThat(decide(deny, get("/", "x", "no", "X", "true"))).isEqualTo(Kind.REFUSE);
    assertThat(decide(deny, get("/", "x", "true", "X", "true"))).isEqualTo(Kind.REFUSE);
    assertThat(decide(deny, get("/", "x", "true "))).isEqualTo(Kind.REFUSE);
    assertThat(decide(deny, get("/", "x", "truer"))).isEqualTo(Kind.PASS);
    assertThat(decide(deny, get("/"))).isEqualTo(Kind.PASS);
    Authorization allow = allow(header("x", "true"));
    assertThat(decide(allow, get("/", "x", "true"))).isEqualTo(Kind.PASS);
    assertThat(decide(allow, get("/", "x", "true", "x", "no"))).isEqualTo(Kind.REFUSE);
    assertThat(decide(allow, get("/"))).isEqualTo(Kind.REFUSE);
    Authorization joined = deny(header("x", "a,b"));
    assertThat(decide(joined, get("/", "x", "a", "x", "b"))).isEqualTo(Kind.REFUSE);
  }

  @Test
  void onlyProvedIdentitiesCount() {
    Condition client = new Condition.Authenticated(new StringMatch.Exact(CLIENT, false));
    Authorization allow = enforcing(rules(Action.ALLOW, ANY, client));
    assertThat(decide(allow, get("/"), CLIENT)).isEqualTo(Kind.PASS);
    assertThat(decide(allow, get("/"), CLIENT + "2")).isEqualTo(Kind.REFUSE);
    assertThat(decide(allow, get("/", "x-forwarded-client-cert", "URI=" + CLIENT)))
        .isEqualTo(Kind.REFUSE);
    // As in Istio: whoever is nobody is not the client either.
    Authorization others = enforcing(rules(Action.ALLOW, ANY, new Condition.Not(client)));
    assertThat(decide(others, get("/"))).isEqualTo(Kind.PASS);
    Condition anybody = new Condition.Authenticated(null);
    assertThat(decide(enforcing(rules(Action.ALLOW, ANY, anybody)), get("/")))
        .isEqualTo(Kind.REFUSE);
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0, 16, PASS",
    "10.1.2.3, 32, PASS",
    "10.1.2.2, 32, REFUSE",
    "0.0.0.0, 0, PASS",
    "::, 0, REFUSE"
  })
  void addressesAreThoseOfTheConnection(String address, int bits, Kind expected)
      throws UnknownHostException {
    Subnet subnet = new Subnet(InetAddress.getByName(address).getAddress(), bits);
    Authorization direct =
        enforcing(rules(Action.ALLOW, ANY, new Condition.DirectRemoteIp(subnet)));
    assertThat(decide(direct, get("/", "x-forwarded-for", "1.1.1.1"))).isEqualTo(expected);
    Authorization remote = enforcing(rules(Action.ALLOW, ANY, new Condition.RemoteIp(subnet)));
    assertThat(decide(remote, get("/"))).isEqualTo(expected);
    assertThat(decide(remote, get("/", "x-forwarded-for", "9.9.9.9, 10.1.2.3")))
        .isEqualTo(expected);
    assertThat(decide(remote, get("/", "x-forwarded-for", "name"))).isEqualTo(expected);
  }

  @Test
  void anUnknownAddressIsNotLetIn() throws UnknownHostException {
    Condition all = new Condition.DirectRemoteIp(new Subnet(new byte[4], 0));
    Arrived request = new Arrived(get("/"), new Peer(null, null), null, null);
    assertThat(authorize(enforcing(rules(Action.ALLOW, ANY, all)), request)).isEqualTo(Kind.REFUSE);
    assertThat(authorize(enforcing(rules(Action.DENY, ANY, all)), request)).isEqualTo(Kind.REFUSE);
  }

  private static Kind authorize(Authorization config, Arrived request) {
    return compiled(config, null).decide(request, (what, policy) -> {}).kind();
  }

  @Test
  void portsAreThoseOfTheWorkload() {
    assertThat(decide(deny(new Condition.DestinationPort(8080)), get("/"))).isEqualTo(Kind.REFUSE);
    assertThat(decide(deny(new Condition.DestinationPort(80)), get("/"))).isEqualTo(Kind.PASS);
  }

  @Test
  void aTokenThatNobodyReadsHasNoClaims() {
    Condition claim = new Condition.Claim(List.of("iss"), new StringMatch.Prefix("", false), false);
    assertThat(decide(enforcing(rules(Action.ALLOW, ANY, claim)), get("/"))).isEqualTo(Kind.REFUSE);
    assertThat(decide(enforcing(rules(Action.DENY, ANY, new Condition.Not(claim))), get("/")))
        .isEqualTo(Kind.REFUSE);
  }

  @Test
  void dryRunsAndAuditsOnlyTell() {
    Rules denies = rules(Action.DENY, path("/admin"), ANY);
    Rules allows = rules(Action.ALLOW, path("/open"), ANY);
    Rules audits = rules(Action.LOG, path("/admin"), ANY);
    Authorization config =
        new Authorization(
            List.of(new Filter(audits, null), new Filter(null, denies), new Filter(null, allows)));
    assertThat(decide(config, get("/admin"))).isEqualTo(Kind.PASS);
    assertThat(told)
        .containsExactly(
            Audit.What.AUDITED + " p", Audit.What.WOULD_DENY + " p", Audit.What.WOULD_DENY + " ");
    told.clear();
    assertThat(decide(config, get("/open"))).isEqualTo(Kind.PASS);
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/u/*/orders, /u/1/orders, true",
    "/u/*/orders, /u//orders, false",
    "/u/*/orders, /u/1/2/orders, false",
    "/u/*/orders, /u/1/orders/2, false",
    "/f/**, /f/a/b, true",
    "/f/**, /f/, true",
    "/f/**, /f, false",
    "/v/*/x/**, /v/1/x/2/3, true",
    "/v/*/x/**, /v/1/y/2, false",
    "/a/**/b, /a/1/2/b, true",
    "/a/**/b, /a/1/2/c, false",
    "/*, /*, false", // which cannot be known to be what is meant
  })
  void templatesMatchWholeSegments(String template, String path, boolean allowed) {
    assertThat(decide(allow(new Condition.Template(template)), get(path)))
        .isEqualTo(allowed ? Kind.PASS : Kind.REFUSE);
  }

  @Test
  void whatTemplatesRefuseIsRefusedWhateverStandsInIt() {
    Authorization deny = deny(new Condition.Template("/u/*/orders"));
    assertThat(decide(deny, get("/u/*/orders"))).isEqualTo(Kind.REFUSE);
    assertThat(decide(deny, get("/u/[]/orders"))).isEqualTo(Kind.REFUSE);
  }

  @Test
  void bytesThatAreNoTextHideNothing() {
    for (StringMatch match :
        List.of(
            new StringMatch.Prefix("open", false),
            new StringMatch.Contains("pen", false),
            new StringMatch.Regex(Pattern.compile(".*open.*")))) {
      Condition open = new Condition.Header(new HeaderMatch("x-key", match, false, false));
      for (String value : List.of("open\u0080", "open\u00ff\u00fe", "open\u00c0\u0080")) {
        assertThat(decide(deny(open), get("/", "x-key", value)))
            .as(match + " " + value)
            .isEqualTo(Kind.REFUSE);
      }
    }
  }

  @Test
  void whatIsRememberedOfACallerIsOnlyWhoHeIs() {
    Condition client = new Condition.Authenticated(new StringMatch.Exact(CLIENT, false));
    Condition unlessOff = new Condition.Not(header("x-off", "true"));
    Authorization config =
        enforcing(
            new Rules(
                Action.DENY,
                List.of(
                    new Policy("header", List.of(ANY), List.of(header("x", "true"))),
                    new Policy(
                        "not",
                        List.of(ANY),
                        List.of(new Condition.All(List.of(client, unlessOff)))),
                    new Policy("others", List.of(ANY), List.of(new Condition.Not(client))))));
    Authorizer authorizer = compiled(config, null);
    for (int i = 0; i < 3; i++) {
      assertThat(policy(authorizer, CLIENT, "x", "true")).isEqualTo("header");
      assertThat(policy(authorizer, CLIENT)).isEqualTo("not");
      assertThat(policy(authorizer, CLIENT, "x-off", "true")).isEmpty();
      assertThat(policy(authorizer, CLIENT + "2")).isEqualTo("others");
      assertThat(policy(authorizer, null)).isEqualTo("others");
    }
  }

  private static String policy(
      Authorizer authorizer, @Nullable String principal, String... headers) {
    SpiffeId id = principal == null ? null : SpiffeId.parse(principal);
    Arrived request = new Arrived(get("/", headers), new Peer(null, null), id, null);
    return authorizer.decide(request, (what, policy) -> {}).policy();
  }

  @Test
  void staysTheSameWhileItsConfigurationDoes() {
    Authorizer first = compiled(deny(path("/admin")), null);
    assertThat(compiled(deny(path("/admin")), first)).isSameAs(first);
    assertThat(compiled(deny(path("/other")), first)).isNotSameAs(first);
  }

  @Test
  void claimsAreThoseOfATokenThatIsBelieved() {
    Issuer issuer = Issuer.of("k", "ES256");
    Condition admin =
        new Condition.Claim(List.of("groups"), new StringMatch.Exact("admin", false), true);
    Authorization config =
        new Authorization(
            List.of(),
            List.of(issuer.rule("https://iris")),
            List.of(new Filter(rules(Action.ALLOW, ANY, admin), null)));
    Authorizer authorizer = compiled(config, null);
    String good = issuer.token("{\"iss\":\"https://iris\",\"groups\":[\"admin\"]}");
    String lesser = issuer.token("{\"iss\":\"https://iris\",\"groups\":[\"user\"]}");
    assertThat(decide(authorizer, "Bearer " + good).kind()).isEqualTo(Kind.PASS);
    assertThat(decide(authorizer, "Bearer " + lesser).kind()).isEqualTo(Kind.REFUSE);
    assertThat(decide(authorizer, "Basic x").kind()).isEqualTo(Kind.REFUSE);
    Decision refused = decide(authorizer, "Bearer " + good + "x");
    assertThat(refused.kind()).isEqualTo(Kind.UNAUTHENTICATED);
    assertThat(refused.token()).isNotNull();
    Authorization without = new Authorization(config.filters());
    assertThat(decide(compiled(without, authorizer), "Bearer " + good).kind())
        .as("nobody has read it")
        .isEqualTo(Kind.REFUSE);
    Authorization tokensAlone = new Authorization(List.of(), config.tokens(), List.of());
    assertThat(compiled(tokensAlone, authorizer).admitsEverything()).isFalse();
  }

  private static Decision decide(Authorizer authorizer, String authorization) {
    Arrived request =
        new Arrived(get("/", "authorization", authorization), new Peer(null, null), null, null);
    return authorizer.decide(request, (what, policy) -> {});
  }
}
