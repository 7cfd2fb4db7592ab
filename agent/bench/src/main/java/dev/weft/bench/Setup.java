package dev.weft.bench;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.ConfigSource;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineSettings;
import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.Route.WeightedCluster;
import dev.weft.engine.config.RouteMatch;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.PathMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.RouteTable.VirtualHost;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.PeerMetadata;
import dev.weft.engine.telemetry.Sampler;
import dev.weft.telemetry.AgentTelemetry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** bookinfo's reviews as an agent sees it: Istio's default policy, a header rule, 80/20. */
final class Setup {

  static final String REVIEWS = "reviews:9080";

  private static final RetryPolicy ISTIO =
      new RetryPolicy(
          2,
          Set.of(
              RetryPolicy.On.CONNECT_FAILURE,
              RetryPolicy.On.REFUSED_STREAM,
              RetryPolicy.On.UNAVAILABLE,
              RetryPolicy.On.CANCELLED,
              RetryPolicy.On.RETRIABLE_STATUS_CODES),
          List.of(),
          null,
          Duration.ofMillis(25),
          Duration.ofMillis(250),
          5);

  private static final LocalWorkload SHOP = local("productpage");
  private static final LocalWorkload REVIEWER = local("reviews");

  private Setup() {}

  private static LocalWorkload local(String name) {
    Workload workload = new Workload(name + "-v1", "default", name, "v1", name, "v1", "weft");
    String node = "weft~10.0.0.1~" + name + "-1.default~default.svc.cluster.local";
    return LocalWorkload.of(workload, node, name + "-1");
  }

  /** An engine that enforces it, with metrics. */
  static Engine engine(@Nullable Sampler sampler) {
    AgentTelemetry telemetry = new AgentTelemetry(SHOP, null, line -> {});
    Engine engine =
        Engine.builder(EngineSettings.of(SHOP).withSampler(sampler), new Ready())
            .telemetry(telemetry)
            .scheduler((delay, task) -> () -> {})
            .build();
    Map<String, Cluster> clusters =
        Map.of(
            "v1", cluster("v1", LoadBalancing.LEAST_REQUEST, 3),
            "v2", cluster("v2", LoadBalancing.LEAST_REQUEST, 3));
    HostTable hosts = new HostTable(Set.of("reviews"), List.of(), List.of("end-user"));
    engine.update(new Snapshot(hosts, Map.of(REVIEWS, bookinfo()), clusters));
    return engine;
  }

  /** The rule for one user, then 80/20. */
  static RouteTable bookinfo() {
    HeaderMatch jason =
        new HeaderMatch("end-user", new StringMatch.Exact("jason", false), false, false);
    Route user = route(new PathMatch.Prefix("/", false), List.of(jason), to("v2", 1));
    Route rest = route(new PathMatch.Prefix("/", false), List.of(), to("v1", 80), to("v2", 20));
    return table(List.of(user, rest));
  }

  /** As many prefixes; the last one is asked for. */
  static RouteTable prefixes(int count) {
    List<Route> routes = new ArrayList<>();
    for (int i = 1; i < count; i++) {
      routes.add(route(new PathMatch.Prefix("/api/v" + i + "/", false), List.of(), to("v1", 1)));
    }
    routes.add(route(new PathMatch.Prefix("/", false), List.of(), to("v1", 1)));
    return table(routes);
  }

  /** Policies of as many rules, each for one of ten callers and one path of theirs. */
  static Authorization authorization(int policies, int rules) {
    List<Policy> all = new ArrayList<>();
    for (int i = 0; i < policies * rules; i++) {
      boolean isLast = i == policies * rules - 1;
      String path = isLast ? "/reviews/" : "/api/v" + i + "/";
      String account = "/ns/default/sa/caller-" + (isLast ? 2 : i % 10);
      HeaderMatch get =
          new HeaderMatch(":method", new StringMatch.Exact("GET", false), false, false);
      Condition operation =
          new Condition.All(
              List.of(
                  new Condition.OneOf(List.of(new Condition.Header(get))),
                  new Condition.OneOf(
                      List.of(new Condition.Path(new StringMatch.Prefix(path, false))))));
      Condition source =
          new Condition.All(
              List.of(new Condition.Authenticated(new StringMatch.Suffix(account, false))));
      all.add(new Policy("rule-" + i, List.of(operation), List.of(source)));
    }
    return new Authorization(List.of(new Filter(new Rules(Action.ALLOW, all), null)));
  }

  /** As many paths, and before them header rules that do not hold; the last one is asked for. */
  static RouteTable many(int paths, int headers) {
    List<Route> routes = new ArrayList<>();
    for (int i = 1; i <= headers; i++) {
      HeaderMatch user =
          new HeaderMatch("user-agent", new StringMatch.Exact("user" + i, false), false, false);
      routes.add(route(new PathMatch.Prefix("/", false), List.of(user), to("v2", 1)));
    }
    for (int i = 1; i < paths; i++) {
      String path = "/reviews/v" + i;
      PathMatch match =
          i % 2 == 0 ? new PathMatch.Exact(path, false) : new PathMatch.Prefix(path, false);
      routes.add(route(match, List.of(), to("v1", 1)));
    }
    routes.add(route(new PathMatch.Prefix("/", false), List.of(), to("v1", 1)));
    return table(routes);
  }

  private static RouteTable table(List<Route> routes) {
    return new RouteTable("t", List.of(new VirtualHost("h", List.of("*"), routes)));
  }

  private static Route route(PathMatch path, List<HeaderMatch> headers, WeightedCluster... to) {
    return new Route(
        "r",
        new RouteMatch(path, headers, List.of()),
        new Route.Action.Forward(List.of(to), null, null, ISTIO),
        HeaderRules.NONE,
        HeaderRules.NONE);
  }

  private static WeightedCluster to(String cluster, int weight) {
    return new WeightedCluster(cluster, weight, HeaderRules.NONE, HeaderRules.NONE);
  }

  static Cluster cluster(String name, LoadBalancing balancing, int count) {
    List<Endpoint> endpoints = new ArrayList<>();
    Workload workload =
        new Workload("reviews-" + name, "default", "reviews", name, "reviews", name, "weft");
    for (int i = 1; i <= count; i++) {
      endpoints.add(new Endpoint(address(i), 1, Health.HEALTHY, 0, workload));
    }
    Service service = new Service("reviews.default.svc.cluster.local", "reviews", "default");
    return new Cluster(
        name, Discovery.ENDPOINTS, balancing, Duration.ofSeconds(10), service, endpoints);
  }

  private static InetSocketAddress address(int last) {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last}), 9080);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A request as an application's client makes it. */
  static RequestHead request() {
    return head(
        List.of(
            Map.entry("accept", "application/json"),
            Map.entry("user-agent", "Java-http-client/17"),
            Map.entry("accept-encoding", "gzip")));
  }

  /** The same as it arrives from another agent. */
  static RequestHead arriving(boolean traced) {
    List<Entry<String, String>> headers =
        new ArrayList<>(
            List.of(
                Map.entry("host", REVIEWS),
                Map.entry("accept", "application/json"),
                Map.entry("user-agent", "Java-http-client/17"),
                Map.entry("x-envoy-attempt-count", "1"),
                Map.entry(PeerMetadata.HEADER, PeerMetadata.encode(REVIEWER)),
                Map.entry(PeerMetadata.ID_HEADER, REVIEWER.node()),
                Map.entry("x-request-id", "8f1a55fa-8a70-4d1b-9d5a-3f1c3cf0a0b1"),
                Map.entry("end-user", "alice")));
    if (traced) {
      headers.add(
          Map.entry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    }
    return head(headers);
  }

  private static RequestHead head(List<Entry<String, String>> headers) {
    return new RequestHead(
        "java-http-client", "GET", "http", REVIEWS, "/reviews/7", new Pairs(headers));
  }

  /** What an agent at the other end answers. */
  static Headers response() {
    return new Pairs(
        List.of(
            Map.entry("content-type", "application/json"),
            Map.entry("content-length", "295"),
            Map.entry(PeerMetadata.HEADER, PeerMetadata.encode(REVIEWER)),
            Map.entry(PeerMetadata.ID_HEADER, REVIEWER.node())));
  }

  /** A library's own header object: it finds a header without making anything. */
  private static final class Pairs implements Headers {
    private final String[] pairs;

    Pairs(List<Entry<String, String>> entries) {
      this.pairs =
          entries.stream()
              .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
              .toArray(String[]::new);
    }

    @Override
    public @Nullable String first(String name) {
      for (int i = 0; i < pairs.length; i += 2) {
        if (pairs[i].equalsIgnoreCase(name)) {
          return pairs[i + 1];
        }
      }
      return null;
    }

    @Override
    public void each(BiConsumer<String, String> visitor) {
      for (int i = 0; i < pairs.length; i += 2) {
        visitor.accept(pairs[i], pairs[i + 1]);
      }
    }
  }

  private static final class Ready implements ConfigSource {
    @Override
    public CompletionStage<Void> subscribe(String authority) {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> ready() {
      return CompletableFuture.completedStage(null);
    }
  }
}
