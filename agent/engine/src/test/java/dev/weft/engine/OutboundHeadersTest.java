package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.get;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.Route.RegexRewrite;
import dev.weft.engine.config.Route.Rewrite;
import dev.weft.engine.config.Route.WeightedCluster;
import dev.weft.engine.config.RouteMatch;
import dev.weft.engine.config.RouteMatch.PathMatch;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.PeerMetadata;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a request says when it leaves, and what a response says when it is handed up. */
class OutboundHeadersTest {

  private static HeaderRules rules(String name, String value) {
    return new HeaderRules(List.of(), List.of(Map.entry(name, value)), List.of());
  }

  private static List<String> sent(Step.Send send, String... headers) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    TestMesh.headers(headers).each((name, value) -> pairs.add(Map.entry(name, value)));
    send.edits().apply(HeaderEdits.of(pairs));
    return pairs.stream().map(pair -> pair.getKey() + ": " + pair.getValue()).toList();
  }

  /** Envoy evaluates the weighted cluster's headers before the route's: the route's stays. */
  @Test
  void editsByTheClusterThenByTheRoute() {
    HeaderRules ofCluster =
        new HeaderRules(
            List.of("x-drop"),
            List.of(Map.entry("x-both", "cluster"), Map.entry("x-cluster", "1")),
            List.of(Map.entry("x-add", "cluster")));
    HeaderRules ofRoute =
        new HeaderRules(
            List.of(),
            List.of(Map.entry("x-both", "route"), Map.entry("x-envoy-attempt-count", "mine")),
            List.of(Map.entry("x-add", "route")));
    WeightedCluster v1 = new WeightedCluster("v1", 1, ofCluster, rules("x-answer", "cluster"));
    Route route =
        new Route(
            "r",
            any(),
            new Route.Action.Forward(List.of(v1), null, null, RetryPolicy.NONE),
            ofRoute,
            rules("X-Answer", "route"));
    TestMesh mesh = TestMesh.of(snapshot(table(route), cluster("v1", endpoint(1))));
    OutboundCall call = mesh.call();
    List<String> sent = sent(send(call.start()), "X-Drop", "1", "x-add", "app", "X-Both", "app");
    assertThat(sent)
        .contains(
            "x-both: route",
            "x-cluster: 1",
            "x-add: app",
            "x-add: cluster",
            "x-add: route",
            "x-envoy-attempt-count: 1") // the mesh has the last word in its own headers
        .doesNotContain("X-Drop: 1", "X-Both: app", "x-both: cluster");
    Step.Deliver delivered = deliver(call.ended(response(200)));
    assertThat(delivered.edits().set()).containsExactly(Map.entry("X-Answer", "route"));
    assertThat(delivered.edits().remove()).contains(PeerMetadata.HEADER, PeerMetadata.ID_HEADER);
  }

  private static Step.Send rewritten(PathMatch path, Rewrite rewrite, String target) {
    Route.Action.Forward forward =
        new Route.Action.Forward(List.of(Config.to("v1", 1)), rewrite, null, RetryPolicy.NONE);
    Route route = route(new RouteMatch(path, List.of(), List.of()), forward);
    TestMesh mesh = TestMesh.of(snapshot(table(route), cluster("v1", endpoint(1))));
    return send(mesh.call(get(target)).start());
  }

  @Test
  void rewritesAndTellsTheOriginalPath() {
    Rewrite rewrite = new Rewrite("/v1/books", null, "library.example.com");
    Step.Send send = rewritten(new PathMatch.Prefix("/books", false), rewrite, "/books/7%2F8?x=1");
    assertThat(send.target()).isEqualTo("/v1/books/7%2F8?x=1");
    assertThat(send.authority()).isEqualTo("library.example.com");
    assertThat(TestMesh.set(send, "x-envoy-original-path")).isEqualTo("/books/7%2F8?x=1");
    assertThat(TestMesh.set(send, "x-envoy-original-host")).isEqualTo(Config.REVIEWS);
  }

  @Test
  void routesAndSendsTheNormalizedPath() {
    Rewrite rewrite = new Rewrite("/v1", null, null);
    Step.Send send = rewritten(new PathMatch.Prefix("/books", false), rewrite, "/a/../%62ooks?b=.");
    assertThat(send.target()).isEqualTo("/v1?b=.");
    assertThat(TestMesh.set(send, "x-envoy-original-path")).isEqualTo("/books?b=.");
    assertThat(TestMesh.set(send, "x-envoy-original-host")).isNull();
  }

  @Test
  void tellsTheOriginalPathOfARuleThatLeavesItAsItIs() {
    Rewrite rewrite = new Rewrite("/books", null, null);
    Step.Send send = rewritten(new PathMatch.Prefix("/books", false), rewrite, "/books/7");
    assertThat(send.target()).isEqualTo("/books/7");
    assertThat(TestMesh.set(send, "x-envoy-original-path")).isEqualTo("/books/7");
  }

  @Test
  void refusesToSendWhatCannotBeSent() {
    RegexRewrite regex = new RegexRewrite(Config.re2("/a"), "/b HTTP/1.1\r\nHost: evil");
    Route.Action.Forward forward =
        new Route.Action.Forward(
            List.of(Config.to("v1", 1)), new Rewrite(null, regex, null), null, RetryPolicy.NONE);
    TestMesh mesh = TestMesh.of(snapshot(table(route(any(), forward)), cluster("v1", endpoint(1))));
    assertThat(answer(mesh.call(get("/a")).start()).status()).isEqualTo(503);
    assertThat(mesh.engine.outboundInFlight()).isZero();
  }

  @Test
  void keepsTheApplicationsRequestId() {
    TestMesh mesh =
        TestMesh.of(snapshot(table(route(any(), forward("v1"))), cluster("v1", endpoint(1))));
    Step.Send send = send(mesh.call("X-Request-Id", "mine").start());
    assertThat(TestMesh.set(send, "x-request-id")).isNull();
  }

  private static Cluster external(Discovery discovery) {
    InetSocketAddress name = InetSocketAddress.createUnresolved("api.example.com", 8080);
    Cluster.Endpoint endpoint =
        new Cluster.Endpoint(name, 1, Cluster.Health.HEALTHY, 0, Workload.UNKNOWN);
    return new Cluster(
        "out",
        discovery,
        LoadBalancing.ROUND_ROBIN,
        Duration.ofSeconds(1),
        Config.SERVICE,
        discovery == Discovery.LOGICAL ? List.of(endpoint) : List.of());
  }

  @Test
  void letsLibrariesLookUpNamesAndTellsStrangersNothing() {
    for (Discovery discovery : List.of(Discovery.LOGICAL, Discovery.ORIGINAL)) {
      TestMesh mesh =
          TestMesh.of(snapshot(table(route(any(), forward("out"))), external(discovery)));
      Step.Send send = send(mesh.call().start());
      assertThat(send.address().isUnresolved()).isTrue();
      assertThat(send.address().getHostString())
          .isEqualTo(discovery == Discovery.LOGICAL ? "api.example.com" : "reviews");
      assertThat(TestMesh.set(send, PeerMetadata.HEADER)).isNull();
      assertThat(TestMesh.set(send, PeerMetadata.ID_HEADER)).isNull();
    }
  }

  @Test
  void learnsThePeerFromItsResponse() {
    TestMesh mesh =
        TestMesh.of(snapshot(table(route(any(), forward("v1"))), cluster("v1", endpoint(1))));
    Workload self = new Workload("reviews-v1", "ns", "reviews", "v1", "reviews", "v1", "c9");
    OutboundCall call = mesh.call();
    call.start();
    call.ended(
        response(
            200,
            PeerMetadata.ID_HEADER,
            "node-7",
            PeerMetadata.HEADER,
            PeerMetadata.encode(LocalWorkload.of(self, "node-7", "i"))));
    call.finished(TestMesh.done());
    assertThat(mesh.recorder.only().peer()).isEqualTo(self);
  }
}
