package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Locality;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.TrafficPolicy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Endpoints that are called by their ports, on a clock that a test turns. */
final class Hosts {

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  // Close to the overflow of a long: only differences may be compared.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000);
  private final List<Endpoint> endpoints = new ArrayList<>();
  private @Nullable Balancer balancer;

  Hosts add(int port, Health health, int priority, Locality locality) {
    endpoints.add(
        new Endpoint(
            InetSocketAddress.createUnresolved("e", port),
            1,
            health,
            priority,
            locality,
            Workload.UNKNOWN));
    return this;
  }

  Hosts add(int port) {
    return add(port, Health.HEALTHY, 0, Locality.UNKNOWN);
  }

  Hosts upTo(int last) {
    for (int port = 1; port <= last; port++) {
      add(port);
    }
    return this;
  }

  static TrafficPolicy policy(LoadBalancing balancing) {
    return TrafficPolicy.of(balancing, Duration.ofSeconds(1));
  }

  /** Puts this in force, after what was in force before. */
  Hosts under(TrafficPolicy policy) {
    LongSupplier clock = now::get;
    Cluster cluster = new Cluster("c", Discovery.ENDPOINTS, policy, Service.UNKNOWN, endpoints);
    balancer = new Balancer(cluster, random, clock, balancer);
    return this;
  }

  void advance(Duration duration) {
    now.addAndGet(duration.toNanos());
  }

  @Nullable Upstream pick() {
    return Objects.requireNonNull(balancer).pick(random);
  }

  /** The host of this port, which must be picked sooner or later. */
  Upstream host(int port) {
    for (int i = 0; i < 10_000; i++) {
      Upstream upstream = Objects.requireNonNull(pick());
      if (port(upstream) == port) {
        return upstream;
      }
    }
    throw new AssertionError("never picked: " + port);
  }

  static int port(Upstream upstream) {
    return upstream.endpoint().address().getPort();
  }

  /** How often whom. */
  Map<Integer, Integer> picks(int times) {
    Map<Integer, Integer> picks = new TreeMap<>();
    for (int i = 0; i < times; i++) {
      picks.merge(port(Objects.requireNonNull(pick())), 1, Integer::sum);
    }
    return picks;
  }

  long seed() {
    return seed;
  }
}
