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
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.RouteTable.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;

/** Looking rules up finds the very rule that trying them one by one finds. */
class PathIndexTest {

  private static final Authority ANY = new Authority("any:80", "any", 80);
  private static final String[] SEGMENTS = {"", "a", "ab", "abc", "b", "A", "a/b", "%61"};
  private static final String[] NAMES = {"x-user", "X-User", "x-group", ":method", "host"};
  private static final String[] VALUES = {"", "one", "two", "One", "GET"};

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private String one(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private String path() {
    StringBuilder path = new StringBuilder("/").append(one(SEGMENTS));
    while (random.nextInt(3) == 0) {
      path.append('/').append(one(SEGMENTS));
    }
    return path.toString();
  }

  private PathMatch pathMatch() {
    boolean fold = random.nextInt(4) == 0;
    return switch (random.nextInt(8)) {
      case 0 -> new PathMatch.Regex(Pattern.compile(path() + ".*"));
      case 1, 2 -> new PathMatch.Exact(path(), fold);
      case 3, 4 -> new PathMatch.Prefix(path(), fold);
      case 5, 6 -> new PathMatch.SegmentPrefix(path(), fold);
      default -> new PathMatch.Prefix("/", false);
    };
  }

  private HeaderMatch headerMatch() {
    StringMatch match =
        random.nextInt(4) == 0
            ? new StringMatch.Present()
            : new StringMatch.Exact(one(VALUES), random.nextInt(4) == 0);
    return new HeaderMatch(one(NAMES), match, random.nextInt(4) == 0, random.nextInt(4) == 0);
  }

  private Route route(int number) {
    List<HeaderMatch> headers = new ArrayList<>();
    while (random.nextInt(2) == 0) {
      headers.add(headerMatch());
    }
    return new Route(
        Integer.toString(number),
        new RouteMatch(pathMatch(), headers, List.of()),
        new Route.Action.Respond(200, ""),
        HeaderRules.NONE,
        HeaderRules.NONE);
  }

  private RequestHead request() {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    while (random.nextInt(3) != 0) {
      headers.add(Map.entry(one(NAMES), one(VALUES)));
    }
    String target = path() + (random.nextInt(3) == 0 ? "?q=/a" : "");
    return new RequestHead("test", "GET", "http", "one", target, Headers.of(headers));
  }

  private static @Nullable String oneByOne(List<Route> routes, RequestHead request) {
    for (Route route : routes) {
      RouteTable alone = new RouteTable("t", List.of(host(List.of(route))));
      if (Rules.compile(alone, ANY).match(request, request.headers()) != null) {
        return route.name();
      }
    }
    return null;
  }

  private static VirtualHost host(List<Route> routes) {
    return new VirtualHost("h", List.of("*"), routes);
  }

  @RepeatedTest(200)
  void findsTheFirstThatMatches() {
    List<Route> routes = new ArrayList<>();
    int count = 9 + random.nextInt(60);
    for (int i = 0; i < count; i++) {
      routes.add(route(i));
    }
    Rules rules = Rules.compile(new RouteTable("t", List.of(host(routes))), ANY);
    for (int i = 0; i < 50; i++) {
      RequestHead request = request();
      Rule rule = rules.match(request, request.headers());
      assertThat(rule == null ? null : rule.name())
          .as("seed %d, %s among %s", seed, request, routes)
          .isEqualTo(oneByOne(routes, request));
    }
  }
}
