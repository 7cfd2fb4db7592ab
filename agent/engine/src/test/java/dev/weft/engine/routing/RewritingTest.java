package dev.weft.engine.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.weft.engine.config.Route.RegexRewrite;
import dev.weft.engine.config.Route.Rewrite;
import dev.weft.engine.config.RouteMatch.PathMatch;
import org.junit.jupiter.api.Test;

class RewritingTest {

  private static String prefix(PathMatch match, String prefix, String target) {
    return Rewriting.compile(new Rewrite(prefix, null, null), match).target(target);
  }

  private static String regex(String pattern, String substitution, String target) {
    RegexRewrite regex = new RegexRewrite(Pattern.compile(pattern), substitution);
    PathMatch any = new PathMatch.Prefix("/", false);
    return Rewriting.compile(new Rewrite(null, regex, null), any).target(target);
  }

  @Test
  void replacesThePrefixThatMatched() {
    PathMatch ratings = new PathMatch.Prefix("/ratings", false);
    assertThat(prefix(ratings, "/v1/bookRatings", "/ratings/7?a=/ratings"))
        .isEqualTo("/v1/bookRatings/7?a=/ratings");
    assertThat(prefix(new PathMatch.Prefix("/a/", false), "/", "/a/b%2Fc")).isEqualTo("/b%2Fc");
    assertThat(prefix(new PathMatch.SegmentPrefix("/a", false), "/b", "/a/c")).isEqualTo("/b/c");
    assertThat(prefix(new PathMatch.Exact("/a", false), "/b", "/a?q")).isEqualTo("/b?q");
    PathMatch regex = new PathMatch.Regex(Pattern.compile("/a.*"));
    assertThat(prefix(regex, "/b", "/a/c/d?q")).isEqualTo("/b?q");
  }

  /** The examples of Envoy's documentation of regex_rewrite. */
  @Test
  void substitutesAsEnvoyDoes() {
    assertThat(regex("^/service/([^/]+)(/.*)$", "\\2/instance/\\1", "/service/foo/v1/api"))
        .isEqualTo("/v1/api/instance/foo");
    assertThat(regex("one", "two", "/xxx/one/yyy/one/zzz")).isEqualTo("/xxx/two/yyy/two/zzz");
    assertThat(regex("^(.*?)one(.*)$", "\\1two\\2", "/xxx/one/yyy/one/zzz"))
        .isEqualTo("/xxx/two/yyy/one/zzz");
    assertThat(regex("(?i)/xxx/", "/yyy/", "/aaa/XxX/bbb?one")).isEqualTo("/aaa/yyy/bbb?one");
    assertThat(regex("/a", "$1\\\\", "/a")).isEqualTo("$1\\");
  }

  @Test
  void leavesTheQueryAndTheRestAlone() {
    assertThat(regex("one", "two", "/x?one")).isEqualTo("/x?one");
    String target = "/x?y";
    assertThat(Rewriting.NONE.target(target)).isSameAs(target);
    assertThat(Rewriting.NONE.authority("reviews:9080")).isEqualTo("reviews:9080");
    PathMatch any = new PathMatch.Prefix("/", false);
    assertThat(Rewriting.compile(new Rewrite(null, null, "other"), any).authority("a"))
        .isEqualTo("other");
  }
}
