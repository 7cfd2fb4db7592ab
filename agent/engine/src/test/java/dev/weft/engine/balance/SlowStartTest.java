package dev.weft.engine.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.SlowStart;
import dev.weft.engine.config.TrafficPolicy;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The share of an endpoint that is new, among three: factor / (factor + 2). */
class SlowStartTest {

  private static final int PICKS = 40_000;

  private static TrafficPolicy policy(LoadBalancing balancing, double aggression) {
    return Hosts.policy(balancing)
        .withSlowStart(new SlowStart(Duration.ofSeconds(60), aggression, 10));
  }

  private static Hosts warmAndNew(TrafficPolicy policy) {
    Hosts hosts = new Hosts().upTo(2).under(policy);
    hosts.advance(Duration.ofSeconds(61));
    return hosts.add(3).under(policy);
  }

  private static void assertFactor(Hosts hosts, double factor) {
    // Five standard deviations of as many draws.
    double share = factor / (factor + 2);
    int bound = (int) (5 * Math.sqrt(PICKS * share * (1 - share)));
    assertThat(hosts.picks(PICKS).get(3))
        .as("factor %s, seed %d", factor, hosts.seed())
        .isCloseTo((int) (PICKS * share), Offset.offset(bound));
  }

  @ParameterizedTest
  @EnumSource(
      value = LoadBalancing.class,
      names = {"ROUND_ROBIN", "LEAST_REQUEST"})
  void growsToTheFullShare(LoadBalancing balancing) {
    Hosts hosts = warmAndNew(policy(balancing, 1));
    assertFactor(hosts, 0.1);
    hosts.advance(Duration.ofSeconds(30));
    assertFactor(hosts, 0.5);
    hosts.advance(Duration.ofSeconds(15));
    assertFactor(hosts, 0.75);
    hosts.advance(Duration.ofSeconds(15));
    assertFactor(hosts, 1);
  }

  @Test
  void aggressionMakesItGrowFasterAtFirst() {
    Hosts hosts = warmAndNew(policy(LoadBalancing.ROUND_ROBIN, 2));
    hosts.advance(Duration.ofSeconds(15));
    assertFactor(hosts, 0.5); // (1/4) ^ (1/2)
  }

  @Test
  void meansNothingToOthers() {
    Hosts hosts = warmAndNew(policy(LoadBalancing.RANDOM, 1));
    assertFactor(hosts, 1);
  }

  @Test
  void allNewIsAllEqual() {
    Hosts hosts = new Hosts().upTo(3).under(policy(LoadBalancing.ROUND_ROBIN, 1));
    assertThat(hosts.picks(300)).containsEntry(1, 100).containsEntry(2, 100).containsEntry(3, 100);
  }
}
