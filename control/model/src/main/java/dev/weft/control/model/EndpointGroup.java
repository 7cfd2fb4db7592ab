package dev.weft.control.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints of one locality and one priority, as one caller is told of them.
 *
 * @param weight of the group among those of its priority; null: that of its endpoints together
 * @param priority 0 is used first
 */
public record EndpointGroup(
    Locality locality, @Nullable Integer weight, int priority, List<Endpoint> endpoints) {

  public EndpointGroup {
    endpoints = List.copyOf(endpoints);
  }

  int totalWeight() {
    return weight != null ? weight : endpoints.stream().mapToInt(Endpoint::weight).sum();
  }
}
