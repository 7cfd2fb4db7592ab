package dev.weft.engine;

import com.google.re2j.Pattern;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Configuration in a few words. */
final class Config {

  static final String REVIEWS = "reviews:9080";
  static final Service SERVICE =
      new Service("reviews.default.svc.cluster.local", "reviews", "default");

  /** Istio's default. */
  static final RetryPolicy ISTIO =
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

  private Config() {}

  static RetryPolicy retries(int retries, RetryPolicy.On... on) {
    return new RetryPolicy(
        retries, Set.of(on), List.of(), null, Duration.ofMillis(25), Duration.ofMillis(250), 5);
  }

  static InetSocketAddress address(int last) {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last}), 9080);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Endpoint endpoint(int last) {
    return endpoint(last, 1, Health.HEALTHY, 0);
  }

  static Endpoint endpoint(int last, int weight, Health health, int priority) {
    Workload workload =
        new Workload("reviews-" + last, "default", "reviews", "v1", "reviews", "v1", "c1");
    return new Endpoint(address(last), weight, health, priority, workload);
  }

  static Cluster cluster(String name, Endpoint... endpoints) {
    return cluster(name, LoadBalancing.LEAST_REQUEST, endpoints);
  }

  static Cluster cluster(String name, LoadBalancing balancing, Endpoint... endpoints) {
    return new Cluster(
        name,
        Discovery.ENDPOINTS,
        balancing,
        Duration.ofSeconds(10),
        SERVICE,
        Arrays.asList(endpoints));
  }

  static RouteMatch any() {
    return new RouteMatch(new PathMatch.Prefix("/", false), List.of(), List.of());
  }

  static RouteMatch header(String name, String value) {
    HeaderMatch match = new HeaderMatch(name, new StringMatch.Exact(value, false), false, false);
    return new RouteMatch(new PathMatch.Prefix("/", false), List.of(match), List.of());
  }

  static WeightedCluster to(String cluster, int weight) {
    return new WeightedCluster(cluster, weight, HeaderRules.NONE, HeaderRules.NONE);
  }

  static Route route(RouteMatch match, Route.Action action) {
    return new Route("route", match, action, HeaderRules.NONE, HeaderRules.NONE);
  }

  static Route.Action.Forward forward(String cluster) {
    return forward(cluster, null, ISTIO);
  }

  static Route.Action.Forward forward(
      String cluster, @Nullable Duration timeout, RetryPolicy retries) {
    return new Route.Action.Forward(List.of(to(cluster, 1)), null, timeout, retries);
  }

  static RouteTable table(Route... routes) {
    return new RouteTable(
        "table", List.of(new VirtualHost("host", List.of("*"), Arrays.asList(routes))));
  }

  /** A mesh of one host, {@code reviews}. */
  static Snapshot snapshot(RouteTable table, Cluster... clusters) {
    Map<String, Cluster> byName = new HashMap<>();
    for (Cluster cluster : clusters) {
      byName.put(cluster.name(), cluster);
    }
    return new Snapshot(hosts("reviews"), Map.of(REVIEWS, table), byName);
  }

  static HostTable hosts(String... hosts) {
    return new HostTable(Set.of(hosts), List.of());
  }

  static Pattern re2(String text) {
    return Pattern.compile(text);
  }
}
