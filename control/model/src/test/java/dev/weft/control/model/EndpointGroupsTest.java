package dev.weft.control.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.LocalityBalancing.Distribute;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Beyond what istiod's recorded answers show: labels, and several groups of one share. */
class EndpointGroupsTest {

  private static final Namespace SHOP = new Namespace("shop");
  private static final OutlierDetection DETECTION =
      new OutlierDetection(5, null, false, null, null, null, 0, 0, Set.of());

  private static Endpoint endpoint(int port, String locality, Map<String, String> labels) {
    return new Endpoint("10.0.0.1", port, labels, Locality.parse(locality), 1, null);
  }

  private static TrafficPolicy policy(LocalityBalancing locality) {
    LoadBalancer balancer = new LoadBalancer(LoadBalancing.RANDOM, null, null, locality);
    return new TrafficPolicy(
        balancer, Duration.ofSeconds(1), DETECTION, ConnectionPool.UNLIMITED, null, null);
  }

  private static Map<Integer, Integer> priorities(
      List<String> labels, Caller caller, Endpoint... endpoints) {
    LocalityBalancing locality = new LocalityBalancing(true, List.of(), List.of(), labels);
    Map<Integer, Integer> priorities = new TreeMap<>();
    EndpointGroups.of(List.of(endpoints), policy(locality), caller)
        .forEach(
            group -> group.endpoints().forEach(it -> priorities.put(it.port(), group.priority())));
    return priorities;
  }

  /** {@code failoverPriority}. */
  @Test
  void theMoreLabelsAgreeTheEarlier() {
    Caller caller = new Caller(SHOP, Map.of("version", "v1", "stage", "a"));
    Endpoint[] endpoints = {
      endpoint(1, "eu", Map.of("version", "v1", "stage", "a")),
      endpoint(2, "eu", Map.of("version", "v1", "stage", "b")),
      endpoint(3, "us", Map.of("version", "v2", "stage", "a")),
    };
    assertThat(priorities(List.of("version", "stage"), caller, endpoints))
        .isEqualTo(Map.of(1, 0, 2, 1, 3, 2));
    assertThat(priorities(List.of("version=v2", "stage"), caller, endpoints))
        .isEqualTo(Map.of(1, 1, 2, 1, 3, 0));
  }

  @Test
  void localitiesAreLabels() {
    Caller caller = new Caller(SHOP, Map.of(), Locality.parse("eu/a"));
    assertThat(
            priorities(
                List.of("topology.kubernetes.io/region", "topology.kubernetes.io/zone"),
                caller,
                endpoint(1, "us/a", Map.of()),
                endpoint(2, "eu/b", Map.of()),
                endpoint(3, "eu/a", Map.of())))
        .isEqualTo(Map.of(1, 2, 2, 1, 3, 0));
  }

  @Test
  void aShareOfSeveralLocalitiesIsDivided() {
    LocalityBalancing locality =
        new LocalityBalancing(
            true, List.of(new Distribute("*", Map.of("eu/*", 90, "us", 10))), List.of(), List.of());
    List<EndpointGroup> groups =
        EndpointGroups.of(
            List.of(
                endpoint(1, "eu/a", Map.of()),
                endpoint(2, "eu/a", Map.of()),
                endpoint(3, "eu/b", Map.of()),
                endpoint(4, "us/a", Map.of()),
                endpoint(5, "asia", Map.of())),
            policy(locality),
            new Caller(SHOP, Map.of()));
    Map<String, Integer> weights = new TreeMap<>();
    groups.forEach(
        group ->
            weights.put(
                group.locality().toString(),
                group.endpoints().isEmpty() ? 0 : group.totalWeight()));
    assertThat(weights).isEqualTo(Map.of("eu/a", 60, "eu/b", 30, "us/a", 10, "asia", 0));
  }

  @Test
  void labelsSayWhereAWorkloadRuns() {
    assertThat(Locality.of(Map.of("istio-locality", "eu.a.1")))
        .isEqualTo(new Locality("eu", "a", "1"));
    assertThat(
            Locality.of(
                Map.of("topology.kubernetes.io/region", "eu", "topology.kubernetes.io/zone", "a")))
        .isEqualTo(new Locality("eu", "a", ""));
  }
}
