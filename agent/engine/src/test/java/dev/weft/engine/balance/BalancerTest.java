package dev.weft.engine.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancerTest {

  private static final int PICKS = 60_000;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private static Endpoint endpoint(int port, int weight, Health health, int priority) {
    InetSocketAddress address = InetSocketAddress.createUnresolved("e", port);
    return new Endpoint(address, weight, health, priority, Workload.UNKNOWN);
  }

  private static Endpoint endpoint(int port, int weight) {
    return endpoint(port, weight, Health.HEALTHY, 0);
  }

  private Balancer balancer(LoadBalancing balancing, Endpoint... endpoints) {
    return new Balancer(cluster(balancing, endpoints), random, System::nanoTime, null);
  }

  private static Cluster cluster(LoadBalancing balancing, Endpoint... endpoints) {
    return new Cluster(
        "c",
        Discovery.ENDPOINTS,
        balancing,
        Duration.ofSeconds(1),
        Service.UNKNOWN,
        Arrays.asList(endpoints));
  }

  private static int port(Upstream upstream) {
    return upstream.endpoint().address().getPort();
  }

  private Upstream pick(Balancer balancer) {
    return Objects.requireNonNull(balancer.pick(random));
  }

  private Map<Integer, Integer> picks(Balancer balancer, int times) {
    Map<Integer, Integer> picks = new HashMap<>();
    for (int i = 0; i < times; i++) {
      picks.merge(port(pick(balancer)), 1, Integer::sum);
    }
    return picks;
  }

  @ParameterizedTest
  @EnumSource(
      value = LoadBalancing.class,
      names = {"ROUND_ROBIN", "LEAST_REQUEST", "RANDOM"})
  void sharesByWeight(LoadBalancing balancing) {
    Balancer balancer = balancer(balancing, endpoint(1, 1), endpoint(2, 2), endpoint(3, 7));
    Map<Integer, Integer> picks = picks(balancer, PICKS);
    // Five standard deviations of a draw of 60,000.
    Offset<Integer> offset = Offset.offset(620);
    assertThat(picks.get(1)).as("seed %d", seed).isCloseTo(PICKS / 10, offset);
    assertThat(picks.get(2)).as("seed %d", seed).isCloseTo(PICKS / 5, offset);
    assertThat(picks.get(3)).as("seed %d", seed).isCloseTo(PICKS * 7 / 10, offset);
  }

  @Test
  void takesTurnsExactly() {
    Balancer even = balancer(LoadBalancing.ROUND_ROBIN, endpoint(1, 5), endpoint(2, 5));
    assertThat(picks(even, 1000)).containsEntry(1, 500).containsEntry(2, 500);
    assertThat(port(pick(even))).isNotEqualTo(port(pick(even)));
    Balancer weighted =
        balancer(LoadBalancing.ROUND_ROBIN, endpoint(1, 1), endpoint(2, 3), endpoint(3, 4));
    Map<Integer, Integer> picks = picks(weighted, 800);
    assertThat(picks.get(1)).as("seed %d", seed).isBetween(99, 101);
    assertThat(picks.get(2)).as("seed %d", seed).isBetween(299, 301);
    assertThat(picks.get(3)).as("seed %d", seed).isBetween(399, 401);
  }

  @Test
  void prefersTheLessBusy() {
    Balancer balancer = balancer(LoadBalancing.LEAST_REQUEST, endpoint(1, 1), endpoint(2, 1));
    Upstream busy = pick(balancer);
    busy.begin();
    int other = 0;
    for (int i = 0; i < 1000; i++) {
      other += port(pick(balancer)) == port(busy) ? 0 : 1;
    }
    // The busy one is picked only when both choices fall on it: a quarter.
    assertThat(other).as("seed %d", seed).isBetween(680, 820);
    busy.end();
    assertThat(busy.active()).isZero();
  }

  @Test
  void keepsLoadEvenWhileRequestsLast() {
    Balancer balancer =
        balancer(LoadBalancing.LEAST_REQUEST, endpoint(1, 1), endpoint(2, 1), endpoint(3, 2));
    List<Upstream> inFlight = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Upstream upstream = pick(balancer);
      upstream.begin();
      inFlight.add(upstream);
    }
    assertThat(active(balancer, 1)).as("seed %d", seed).isBetween(90, 110);
    assertThat(active(balancer, 2)).as("seed %d", seed).isBetween(90, 110);
    assertThat(active(balancer, 3)).as("seed %d", seed).isBetween(185, 215);
    inFlight.forEach(Upstream::end);
    assertThat(active(balancer, 3)).isZero();
  }

  private static int active(Balancer balancer, int port) {
    return balancer.active(InetSocketAddress.createUnresolved("e", port));
  }

  @ParameterizedTest
  @EnumSource(
      value = LoadBalancing.class,
      names = {"ROUND_ROBIN", "LEAST_REQUEST", "RANDOM"})
  void usesHealthyEndpointsOfTheLowestPriorityThatHasAny(LoadBalancing balancing) {
    Balancer balancer =
        balancer(
            balancing,
            endpoint(1, 1, Health.UNHEALTHY, 0),
            endpoint(2, 1, Health.DRAINING, 0),
            endpoint(3, 1, Health.HEALTHY, 2),
            endpoint(4, 1, Health.HEALTHY, 1),
            endpoint(5, 1, Health.HEALTHY, 1));
    assertThat(picks(balancer, 200)).containsOnlyKeys(4, 5);
  }

  @Test
  void hasNoPanic() {
    Balancer none = balancer(LoadBalancing.RANDOM, endpoint(1, 1, Health.UNHEALTHY, 0));
    assertThat(none.pick(random)).isNull();
    assertThat(none.pick(random, 0, List.of(), 5)).isNull();
    assertThat(balancer(LoadBalancing.RANDOM).pick(random)).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = LoadBalancing.class,
      names = {"ROUND_ROBIN", "LEAST_REQUEST", "RANDOM"})
  void avoidsWhatWasTriedWhileThereIsAnother(LoadBalancing balancing) {
    // The tried one has nearly all the weight: chance alone would take it again.
    Balancer balancer = balancer(balancing, endpoint(1, 100_000), endpoint(2, 1));
    Upstream heavy = pick(balancer);
    while (port(heavy) != 1) {
      heavy = pick(balancer);
    }
    for (int i = 0; i < 100; i++) {
      Upstream picked = Objects.requireNonNull(balancer.pick(random, 0, List.of(heavy), 5));
      assertThat(port(picked)).isEqualTo(2);
      assertThat(balancer.pick(random, 0, List.of(heavy, picked), 5)).isNotNull();
    }
  }

  @Test
  void avoidsNothingWithoutAttempts() {
    Balancer balancer = balancer(LoadBalancing.RANDOM, endpoint(1, 100_000), endpoint(2, 1));
    Upstream heavy = pick(balancer);
    while (port(heavy) != 1) {
      heavy = pick(balancer);
    }
    Upstream picked = Objects.requireNonNull(balancer.pick(random, 0, List.of(heavy), 0));
    assertThat(port(picked)).as("seed %d", seed).isEqualTo(1);
  }

  @Test
  void countsGoOnOverNewConfigurations() {
    Cluster first = cluster(LoadBalancing.LEAST_REQUEST, endpoint(1, 1), endpoint(2, 1));
    Balancer before = new Balancer(first, random, System::nanoTime, null);
    Upstream busy = pick(before);
    busy.begin();
    int port = port(busy);
    Cluster second = cluster(LoadBalancing.LEAST_REQUEST, endpoint(port, 9), endpoint(3, 1));
    Balancer after = new Balancer(second, random, System::nanoTime, before);
    assertThat(active(after, port)).isEqualTo(1);
    busy.end();
    assertThat(active(after, port)).isZero();
    Upstream again = pick(after);
    while (port(again) != port) {
      again = pick(after);
    }
    assertThat(again.isSame(busy)).isTrue();
    assertThat(again.endpoint().weight()).isEqualTo(9);
  }
}
