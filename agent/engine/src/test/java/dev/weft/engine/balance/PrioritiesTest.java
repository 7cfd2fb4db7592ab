package dev.weft.engine.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Locality;
import dev.weft.engine.config.TrafficPolicy.Availability;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What part of the requests each priority and each locality takes. */
class PrioritiesTest {

  private static final int PICKS = 50_000;

  /** As many endpoints, of which so many are healthy; their ports tell the priority. */
  private static Hosts level(Hosts hosts, int priority, int healthy, int all) {
    for (int i = 0; i < all; i++) {
      Health health = i < healthy ? Health.HEALTHY : Health.UNHEALTHY;
      hosts.add(100 * (priority + 1) + i, health, priority, Locality.UNKNOWN);
    }
    return hosts;
  }

  private static Map<Integer, Double> percent(Hosts hosts) {
    Map<Integer, Double> percent = new TreeMap<>();
    hosts
        .picks(PICKS)
        .forEach(
            (port, times) -> percent.merge(port / 100 - 1, 100.0 * times / PICKS, Double::sum));
    return percent;
  }

  // 1.2 % are more than five standard deviations of as many draws.
  private static void assertPercent(Hosts hosts, double... expected) {
    Map<Integer, Double> percent = percent(hosts);
    for (int i = 0; i < expected.length; i++) {
      assertThat(percent.getOrDefault(i, 0.0))
          .as("priority %d, seed %d", i, hosts.seed())
          .isCloseTo(expected[i], Offset.offset(expected[i] == 0 ? 0 : 1.2));
    }
  }

  private static Hosts under(Hosts hosts, int panicPercent) {
    return hosts.under(
        Hosts.policy(LoadBalancing.RANDOM)
            .withAvailability(new Availability(panicPercent, 140, false)));
  }

  /** The table in Envoy's documentation of priority levels. */
  @Test
  void spillsOverAsEnvoyDocuments() {
    int[][] rows = {
      {100, 100, 100, 0},
      {72, 72, 100, 0},
      {71, 71, 99, 1},
      {50, 50, 70, 30},
      {25, 100, 35, 65},
      {25, 25, 50, 50}
    };
    for (int[] row : rows) {
      Hosts hosts = level(level(new Hosts(), 0, row[0], 100), 1, row[1], 100);
      assertPercent(under(hosts, 0), row[2], row[3]);
    }
  }

  @Test
  void theLastResortTakesAll() {
    Hosts hosts = level(level(level(new Hosts(), 0, 0, 4), 1, 0, 4), 2, 1, 1);
    assertPercent(under(hosts, 0), 0, 0, 100);
  }

  @Test
  void inTotalPanicSizesDecide() {
    Hosts hosts = level(level(new Hosts(), 0, 0, 6), 1, 0, 2);
    assertPercent(under(hosts, 50), 75, 25);
    assertThat(hosts.picks(PICKS)).hasSize(8);
    Hosts without = level(level(new Hosts(), 0, 0, 6), 1, 0, 2);
    assertThat(under(without, 0).pick()).isNull();
  }

  @Test
  void localitiesShareByWeightAndAvailability() {
    Hosts hosts = new Hosts();
    for (int i = 0; i < 4; i++) {
      hosts.add(100 + i, Health.HEALTHY, 0, new Locality("eu", "a", "", 60));
      Health half = i < 2 ? Health.HEALTHY : Health.UNHEALTHY; // 50 % * 1.4 = 70 % of 40
      hosts.add(200 + i, half, 0, new Locality("eu", "b", "", 40));
    }
    hosts.under(
        Hosts.policy(LoadBalancing.ROUND_ROBIN).withAvailability(new Availability(0, 140, true)));
    assertPercent(hosts, 100 * 60 / 88.0, 100 * 28 / 88.0);
  }
}
