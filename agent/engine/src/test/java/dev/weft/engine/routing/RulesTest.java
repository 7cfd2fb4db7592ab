package dev.weft.engine.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.RouteMatch;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.PathMatch;
import dev.weft.engine.config.RouteMatch.QueryMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.RouteTable.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Conditions of routes, against what Envoy's router says. */
class RulesTest {

  private static final StringMatch PRESENT = new StringMatch.Present();
  private static final PathMatch ANY = new PathMatch.Prefix("/", false);

  private static Route route(String name, RouteMatch match) {
    return new Route(
        name, match, new Route.Action.Respond(200, ""), HeaderRules.NONE, HeaderRules.NONE);
  }

  private static @Nullable String match(RouteTable table, String authority, RequestHead head) {
    Authority parsed = Objects.requireNonNull(Authority.parse(authority));
    Rule rule = Rules.compile(table, parsed).match(head, head.headers());
    return rule == null ? null : rule.name();
  }

  private static boolean matches(RouteMatch match, RequestHead head) {
    RouteTable table =
        new RouteTable(
            "t", List.of(new VirtualHost("h", List.of("*"), List.of(route("r", match)))));
    return match(table, "reviews:80", head) != null;
  }

  private static RequestHead get(String target, String... headers) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      pairs.add(Map.entry(headers[i], headers[i + 1]));
    }
    return new RequestHead("test", "GET", "http", "reviews:80", target, Headers.of(pairs));
  }

  private static boolean path(PathMatch match, String target) {
    return matches(new RouteMatch(match, List.of(), List.of()), get(target));
  }

  private static boolean header(HeaderMatch match, String... headers) {
    return matches(new RouteMatch(ANY, List.of(match), List.of()), get("/", headers));
  }

  private static boolean query(QueryMatch match, String target) {
    return matches(new RouteMatch(ANY, List.of(), List.of(match)), get(target));
  }

  private static StringMatch exact(String value) {
    return new StringMatch.Exact(value, false);
  }

  private static StringMatch regex(String text) {
    return new StringMatch.Regex(Pattern.compile(text));
  }

  @Test
  void matchesPathsWithoutQueryAndFragment() {
    PathMatch exact = new PathMatch.Exact("/foo", false);
    assertThat(path(exact, "/foo")).isTrue();
    assertThat(path(exact, "/foo?a=/b")).isTrue();
    assertThat(path(exact, "/foo#part")).isTrue();
    assertThat(path(exact, "/foo/")).isFalse();
    assertThat(path(exact, "/FOO")).isFalse();
    assertThat(path(new PathMatch.Exact("/foo", true), "/FOO?")).isTrue();
  }

  @Test
  void matchesPrefixesAsTextAndBySegment() {
    PathMatch raw = new PathMatch.Prefix("/foo", false);
    assertThat(path(raw, "/foobar")).isTrue();
    assertThat(path(raw, "/fo?o")).isFalse();
    assertThat(path(new PathMatch.Prefix("/FOO", true), "/foobar")).isTrue();
    PathMatch segments = new PathMatch.SegmentPrefix("/foo", false);
    assertThat(path(segments, "/foo")).isTrue();
    assertThat(path(segments, "/foo/bar")).isTrue();
    assertThat(path(segments, "/foo?x=/")).isTrue();
    assertThat(path(segments, "/foobar")).isFalse();
  }

  @Test
  void matchesRegexOverTheWholePath() {
    PathMatch regex = new PathMatch.Regex(Pattern.compile("/reviews/[0-9]+"));
    assertThat(path(regex, "/reviews/12?x")).isTrue();
    assertThat(path(regex, "/reviews/12/x")).isFalse();
    assertThat(path(regex, "/a/reviews/12")).isFalse();
  }

  @Test
  void matchesHeaderTexts() {
    String[] jason = {"End-User", "jason"};
    assertThat(header(new HeaderMatch("end-user", exact("jason"), false, false), jason)).isTrue();
    assertThat(header(new HeaderMatch("end-user", exact("Jason"), false, false), jason)).isFalse();
    assertThat(
            header(
                new HeaderMatch("end-user", new StringMatch.Exact("JASON", true), false, false),
                jason))
        .isTrue();
    assertThat(
            header(
                new HeaderMatch("end-user", new StringMatch.Prefix("ja", false), false, false),
                jason))
        .isTrue();
    assertThat(
            header(
                new HeaderMatch("end-user", new StringMatch.Suffix("SON", true), false, false),
                jason))
        .isTrue();
    assertThat(
            header(
                new HeaderMatch("end-user", new StringMatch.Suffix("a jason", false), false, false),
                jason))
        .isFalse();
    assertThat(
            header(
                new HeaderMatch("end-user", new StringMatch.Contains("AS", true), false, false),
                jason))
        .isTrue();
    assertThat(header(new HeaderMatch("end-user", regex("ja.*"), false, false), jason)).isTrue();
    assertThat(header(new HeaderMatch("end-user", regex("aso"), false, false), jason)).isFalse();
    assertThat(header(new HeaderMatch("end-user", PRESENT, false, false), jason)).isTrue();
    assertThat(header(new HeaderMatch("other", PRESENT, false, false), jason)).isFalse();
  }

  /** Envoy's HeaderUtility::matchHeaders: a missing header never holds, but for one case. */
  @Test
  void treatsMissingHeadersAsEnvoyDoes() {
    assertThat(header(new HeaderMatch("a", exact("x"), false, false))).isFalse();
    assertThat(header(new HeaderMatch("a", exact("x"), true, false))).isFalse();
    assertThat(header(new HeaderMatch("a", PRESENT, true, false))).isTrue();
    assertThat(header(new HeaderMatch("a", PRESENT, true, false), "a", "1")).isFalse();
    assertThat(header(new HeaderMatch("a", exact("x"), true, true))).isTrue();
    assertThat(header(new HeaderMatch("a", exact(""), false, true))).isTrue();
    assertThat(header(new HeaderMatch("a", exact("x"), true, true), "a", "x")).isFalse();
    assertThat(header(new HeaderMatch("a", exact("x"), true, false), "a", "y")).isTrue();
  }

  /** Envoy since 1.39: one value that meets the condition is enough, and never the joined one. */
  @Test
  void triesRepeatedHeadersValueByValue() {
    HeaderMatch joined = new HeaderMatch("x", exact("bar,baz"), false, false);
    assertThat(header(joined, "x", "bar", "X", "baz")).isFalse();
    assertThat(header(joined, "x", "bar,baz")).isTrue();
    HeaderMatch bar = new HeaderMatch("x", exact("bar"), false, false);
    assertThat(header(bar, "x", "bar", "x", "baz")).isTrue();
    assertThat(header(bar, "x", "baz", "X", "bar")).isTrue();
    assertThat(header(bar, "x", "baz", "x", "qux")).isFalse();
    for (boolean missingIsEmpty : new boolean[] {true, false}) {
      HeaderMatch notBar = new HeaderMatch("x", exact("bar"), true, missingIsEmpty);
      assertThat(header(notBar, "x", "baz", "x", "bar")).isFalse();
      assertThat(header(notBar, "x", "baz", "x", "qux")).isTrue();
    }
  }

  @Test
  void matchesPseudoHeaders() {
    RequestHead head = get("/a?b");
    for (String[] pair :
        List.of(
            new String[] {":method", "GET"},
            new String[] {":authority", "reviews:80"},
            new String[] {"host", "reviews:80"},
            new String[] {":scheme", "http"},
            new String[] {":path", "/a?b"})) {
      HeaderMatch match = new HeaderMatch(pair[0], exact(pair[1]), false, false);
      assertThat(matches(new RouteMatch(ANY, List.of(match), List.of()), head))
          .as(pair[0])
          .isTrue();
    }
  }

  @Test
  void matchesQueryParameters() {
    QueryMatch x = new QueryMatch("x y", exact("a+b&"));
    assertThat(query(x, "/p?z=1&x%20y=a+b%26")).isTrue();
    assertThat(query(x, "/p?x%20y=other&x%20y=a+b%26")).isFalse(); // the first counts
    assertThat(query(x, "/p#?x%20y=a+b%26")).isFalse();
    assertThat(query(new QueryMatch("q", PRESENT), "/p?a&q")).isTrue();
    assertThat(query(new QueryMatch("q", exact("")), "/p?q&a=1")).isTrue();
    assertThat(query(new QueryMatch("q", exact("1#")), "/p?q=1%23#frag")).isTrue();
    assertThat(query(new QueryMatch("q", exact("100%")), "/p?q=100%")).isTrue();
    assertThat(query(new QueryMatch("q", exact("%zz")), "/p?q=%zz")).isTrue();
    assertThat(query(new QueryMatch("q", exact("é")), "/p?q=%c3%A9")).isTrue();
    assertThat(query(new QueryMatch("q", PRESENT), "/p")).isFalse();
  }

  @Test
  void needsAllConditionsAndTakesTheFirstRule() {
    HeaderMatch user = new HeaderMatch("end-user", exact("jason"), false, false);
    QueryMatch flag = new QueryMatch("f", PRESENT);
    Route first = route("first", new RouteMatch(ANY, List.of(user), List.of(flag)));
    Route second = route("second", new RouteMatch(ANY, List.of(user), List.of()));
    Route last = route("last", new RouteMatch(ANY, List.of(), List.of()));
    RouteTable table =
        new RouteTable(
            "t", List.of(new VirtualHost("h", List.of("*"), List.of(first, second, last))));
    assertThat(match(table, "a:80", get("/?f", "end-user", "jason"))).isEqualTo("first");
    assertThat(match(table, "a:80", get("/", "end-user", "jason"))).isEqualTo("second");
    assertThat(match(table, "a:80", get("/?f"))).isEqualTo("last");
  }

  /** Envoy's order: exact, longest suffix, longest prefix, all; with the port, or without. */
  @Test
  void choosesTheVirtualHost() {
    RouteMatch any = new RouteMatch(ANY, List.of(), List.of());
    RouteTable table =
        new RouteTable(
            "t",
            List.of(
                host("all", any, "*"),
                host("prefix", any, "reviews.*"),
                host("short", any, "*.com"),
                host("long", any, "*.example.com"),
                host("port", any, "a.example.com:8080"),
                host("exact", any, "A.example.com")));
    RequestHead head = get("/");
    assertThat(match(table, "a.example.com:8080", head)).isEqualTo("port");
    assertThat(match(table, "a.example.com:80", head)).isEqualTo("exact");
    assertThat(match(table, "b.a.example.com:80", head)).isEqualTo("long");
    assertThat(match(table, "example.com:80", head)).isEqualTo("short");
    assertThat(match(table, "reviews.default:9080", head)).isEqualTo("prefix");
    assertThat(match(table, "reviews:9080", head)).isEqualTo("all");
    RouteTable closed = new RouteTable("t", List.of(host("long", any, "*.example.com")));
    assertThat(match(closed, "other:80", head)).isNull();
  }

  private static VirtualHost host(String name, RouteMatch match, String domain) {
    return new VirtualHost(name, List.of(domain), List.of(route(name, match)));
  }
}
