package dev.weft.control.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallerViewTest {

  private static final Namespace SHOP = new Namespace("shop");
  private static final Namespace OTHER = new Namespace("other");
  private static final Fqdn REVIEWS = new Fqdn("reviews.shop.svc.cluster.local");
  private static final Fqdn RATINGS = new Fqdn("ratings.shop.svc.cluster.local");
  private static final Caller CALLER = new Caller(SHOP, Map.of("app", "web", "noise", "1"));

  private final Service reviews = service(REVIEWS, 9080, 9090);
  private final Service ratings = service(RATINGS, 8000);

  @Test
  void shortNamesResolveInTheCallersNamespace() {
    CallerView view = model(List.of()).view(CALLER);
    for (String authority :
        List.of(
            "reviews:9080",
            "Reviews.shop:9080",
            "reviews.shop.svc:9080",
            "reviews.shop.svc.cluster.local:9080",
            "reviews.shop.svc.cluster.local.:9080")) {
      assertThat(view.resolve(authority))
          .as(authority)
          .contains(new RoutedHost(REVIEWS, 9080, reviews));
    }
    assertThat(view.aliases(reviews))
        .containsExactly("reviews", "reviews.shop", "reviews.shop.svc");
    CallerView elsewhere = model(List.of()).view(new Caller(OTHER, Map.of()));
    assertThat(elsewhere.resolve("reviews:9080")).isEmpty();
    assertThat(elsewhere.resolve("reviews.shop:9080")).isPresent();
    assertThat(elsewhere.aliases(reviews)).containsExactly("reviews.shop", "reviews.shop.svc");
  }

  @Test
  void whatIsNoHostOrPortOfTheMeshIsLeftAlone() {
    CallerView view = model(List.of()).view(CALLER);
    for (String authority :
        List.of(
            "",
            ":",
            "reviews",
            "reviews:1",
            "reviews:x",
            "reviews:99999",
            "[",
            "[]:80",
            "*:9080",
            "example.com")) {
      assertThat(view.resolve(authority)).as(authority).isEmpty();
    }
  }

  @Test
  void anOmittedPortIsTheSolePortElseTheCalledOne() {
    RoutingRule rule =
        rule("r", REVIEWS, route("a", List.of(uri("/a")), RATINGS), route("b", List.of(), REVIEWS));
    CallerView view = model(List.of(rule)).view(CALLER);
    List<HttpRoute> routes = view.routes(view.resolve("reviews:9090").orElseThrow());
    assertThat(routes)
        .extracting(route -> route.destinations().get(0).destination().port())
        .containsExactly(8000, 9090);
  }

  @Test
  void routesBehindOneThatCatchesAllAreLeftOut() {
    RoutingRule rule =
        rule(
            "r",
            REVIEWS,
            route("elsewhere", List.of(from(Map.of("app", "batch"))), REVIEWS),
            route("mine", List.of(uri("/x"), from(Map.of("app", "web")), uri("/y")), REVIEWS),
            route("rest", List.of(), REVIEWS));
    CallerView view = model(List.of(rule)).view(CALLER);
    List<HttpRoute> routes = view.routes(view.resolve("reviews:9080").orElseThrow());
    assertThat(routes).extracting(HttpRoute::name).containsExactly("mine");
    assertThat(routes.get(0).matches()).hasSize(2);
    assertThat(view.caller().labels()).containsExactly(Map.entry("app", "web"));
  }

  @Test
  void aRuleWithoutARouteForThisCallerLeavesTheDefault() {
    RoutingRule rule =
        rule("r", REVIEWS, route("batch", List.of(from(Map.of("app", "batch"))), RATINGS));
    CallerView view = model(List.of(rule)).view(CALLER);
    RoutedHost host = view.resolve("reviews:9080").orElseThrow();
    assertThat(view.rule(host)).isEmpty();
    assertThat(view.routes(host)).containsExactly(HttpRoute.to(new Destination(REVIEWS, 9080, "")));
  }

  @Test
  void anUnknownHostPortOrSubsetIsNoCluster() {
    CallerView view = model(List.of()).view(CALLER);
    assertThat(view.cluster(new Destination(REVIEWS, 9080, ""))).isPresent();
    assertThat(view.cluster(new Destination(REVIEWS, 1, ""))).isEmpty();
    assertThat(view.cluster(new Destination(REVIEWS, 9080, "v9"))).isEmpty();
    assertThat(view.cluster(new Destination(new Fqdn("nobody"), 9080, ""))).isEmpty();
  }

  private MeshModel model(List<RoutingRule> rules) {
    return new MeshModel(
        MeshSettings.DEFAULT,
        new MeshModel.Content(
            List.of(reviews, ratings),
            List.of(),
            rules,
            List.of(),
            List.of(),
            List.of(),
            List.of()),
        List.of());
  }

  private static Service service(Fqdn host, int... ports) {
    return new Service(
        host,
        SHOP,
        java.util.Arrays.stream(ports)
            .mapToObj(port -> new ServicePort(port, "http-" + port, Protocol.HTTP))
            .toList(),
        Map.of(),
        Service.Origin.KUBERNETES,
        Service.Location.MESH_INTERNAL,
        Service.Resolution.STATIC,
        List.of(),
        Map.of(),
        ExportTo.EVERYWHERE,
        List.of());
  }

  private static RoutingRule rule(String name, Fqdn host, HttpRoute... routes) {
    return new RoutingRule(
        new ResourceId("VirtualService", SHOP, name),
        List.of(host),
        ExportTo.only(Set.of(SHOP)),
        List.of(routes),
        List.of(),
        new SourceLocation("rules.yaml", 1));
  }

  private static HttpRoute route(String name, List<RouteMatch> matches, Fqdn to) {
    return new HttpRoute(
        name,
        matches,
        new RouteAction.Forward(
            List.of(new WeightedDestination(new Destination(to, null, ""), 1, HeaderEdits.NONE))),
        RouteSettings.NONE,
        null);
  }

  private static RouteMatch uri(String prefix) {
    return match(new StringMatch.Prefix(prefix), CallerFilter.ANYONE);
  }

  private static RouteMatch from(Map<String, String> labels) {
    return match(null, new CallerFilter(labels, null, null));
  }

  private static RouteMatch match(@Nullable StringMatch uri, CallerFilter callers) {
    return new RouteMatch("", uri, false, null, null, null, Map.of(), Map.of(), Map.of(), callers);
  }
}
