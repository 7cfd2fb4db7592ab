package dev.weft.control.model;

import org.jspecify.annotations.Nullable;

/**
 * One destination of a route.
 *
 * @param weight its share of the sum of the route's weights; at least 1
 * @param hash what its DestinationRule says that requests are hashed by; null: nothing, or not
 *     looked up yet
 */
public record WeightedDestination(
    Destination destination, int weight, HeaderEdits headers, @Nullable ConsistentHash hash) {

  public WeightedDestination(Destination destination, int weight, HeaderEdits headers) {
    this(destination, weight, headers, null);
  }

  WeightedDestination with(Destination found, @Nullable ConsistentHash itsHash) {
    return new WeightedDestination(found, weight, headers, itsHash);
  }
}
