package dev.weft.control.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Endpoints by locality, with weights and priorities as istiod gives them for one caller
 * (loadbalancer.go).
 */
public final class EndpointGroups {

  private static final String NETWORK = "topology.istio.io/network";
  private static final int FAILOVER_PRIORITIES = 5;

  private EndpointGroups() {}

  /** By locality alone. */
  public static List<EndpointGroup> of(List<Endpoint> endpoints) {
    Map<Locality, List<Endpoint>> byLocality =
        new TreeMap<>(Comparator.comparing(Locality::toString));
    for (Endpoint endpoint : endpoints) {
      byLocality.computeIfAbsent(endpoint.locality(), any -> new ArrayList<>()).add(endpoint);
    }
    List<EndpointGroup> groups = new ArrayList<>();
    byLocality.forEach(
        (locality, members) -> groups.add(new EndpointGroup(locality, null, 0, members)));
    return groups;
  }

  static List<EndpointGroup> of(List<Endpoint> endpoints, TrafficPolicy policy, Caller caller) {
    List<EndpointGroup> groups = of(endpoints);
    LocalityBalancing setting = policy.loadBalancer().locality();
    if (!setting.enabled()) {
      return groups;
    }
    if (!setting.distribute().isEmpty()) {
      return distributed(groups, setting.distribute(), caller.locality());
    }
    if (policy.outlierDetection() == null) {
      return groups; // nobody could tell when to fail over
    }
    if (setting.failoverPriority().isEmpty()) {
      return failingOver(groups, setting.failover(), caller.locality());
    }
    List<EndpointGroup> labelled = prioritized(groups, setting.failoverPriority(), caller);
    return setting.failover().isEmpty()
        ? labelled
        : failingOver(labelled, setting.failover(), caller.locality());
  }

  private static List<EndpointGroup> distributed(
      List<EndpointGroup> groups, List<LocalityBalancing.Distribute> rules, Locality caller) {
    for (LocalityBalancing.Distribute rule : rules) {
      if (caller.matches(rule.from())) {
        return distributed(groups, rule.to());
      }
    }
    return groups;
  }

  private static List<EndpointGroup> distributed(
      List<EndpointGroup> groups, Map<String, Integer> to) {
    List<EndpointGroup> left = new ArrayList<>(groups);
    IdentityHashMap<EndpointGroup, Integer> weights = new IdentityHashMap<>();
    to.forEach(
        (pattern, percent) -> {
          List<EndpointGroup> matched =
              left.stream().filter(group -> group.locality().matches(pattern)).toList();
          left.removeAll(matched);
          int sum = matched.stream().mapToInt(EndpointGroup::totalWeight).sum();
          for (EndpointGroup group : matched) {
            weights.put(group, (int) Math.ceil((double) group.totalWeight() * percent / sum));
          }
        });
    List<EndpointGroup> distributed = new ArrayList<>();
    for (EndpointGroup group : groups) {
      Integer weight = weights.get(group);
      distributed.add(
          weight == null
              ? new EndpointGroup(group.locality(), group.totalWeight(), 0, List.of())
              : new EndpointGroup(group.locality(), weight, 0, group.endpoints()));
    }
    return distributed;
  }

  private static List<EndpointGroup> failingOver(
      List<EndpointGroup> groups, List<LocalityBalancing.Failover> failover, Locality caller) {
    return compact(
        groups,
        group ->
            group.priority() * FAILOVER_PRIORITIES + priority(group.locality(), failover, caller));
  }

  /** 0: the same subzone; 1: zone; 2: region; 3: the region to fail over to; 4: any other. */
  private static int priority(
      Locality locality, List<LocalityBalancing.Failover> failover, Locality caller) {
    if (locality.region().equals(caller.region())) {
      if (!locality.zone().equals(caller.zone())) {
        return 2;
      }
      return locality.subzone().equals(caller.subzone()) ? 0 : 1;
    }
    for (LocalityBalancing.Failover rule : failover) {
      if (rule.from().equals(caller.region())) {
        return locality.region().equals(rule.to()) ? 3 : 4;
      }
    }
    return 3;
  }

  private static List<EndpointGroup> prioritized(
      List<EndpointGroup> groups, List<String> labels, Caller caller) {
    Map<String, String> own = caller.locality().augment(caller.labels());
    if (own.isEmpty()) {
      return groups;
    }
    List<EndpointGroup> prioritized = new ArrayList<>();
    for (EndpointGroup group : groups) {
      Map<Integer, List<Endpoint>> byPriority = new TreeMap<>();
      for (Endpoint endpoint : group.endpoints()) {
        byPriority
            .computeIfAbsent(priority(endpoint, labels, own), any -> new ArrayList<>())
            .add(endpoint);
      }
      byPriority.forEach(
          (priority, members) ->
              prioritized.add(new EndpointGroup(group.locality(), null, priority, members)));
    }
    return compact(prioritized, EndpointGroup::priority);
  }

  /** 0 where all labels agree; the earlier the first that does not, the later it comes. */
  private static int priority(Endpoint endpoint, List<String> labels, Map<String, String> own) {
    Map<String, String> theirs = endpoint.locality().augment(endpoint.labels());
    int otherNetwork = 0;
    for (int i = 0; i < labels.size(); i++) {
      String[] parts = labels.get(i).split("=", -1);
      String wanted = parts.length == 2 ? parts[1] : own.getOrDefault(parts[0], "");
      if (!wanted.equals(theirs.getOrDefault(parts[0], ""))) {
        if (i > 0 || !labels.get(0).equals(NETWORK)) {
          return labels.size() - i + otherNetwork;
        }
        otherNetwork = labels.size();
      }
    }
    return otherNetwork;
  }

  /** From 0 without gaps. */
  private static List<EndpointGroup> compact(
      List<EndpointGroup> groups, ToIntFunction<EndpointGroup> priority) {
    List<Integer> used = groups.stream().mapToInt(priority).sorted().distinct().boxed().toList();
    return groups.stream()
        .map(
            group ->
                new EndpointGroup(
                    group.locality(),
                    group.weight(),
                    used.indexOf(priority.applyAsInt(group)),
                    group.endpoints()))
        .toList();
  }
}
