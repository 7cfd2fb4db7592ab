package dev.weft.control.model;

/**
 * One destination of a route.
 *
 * @param weight its share of the sum of the route's weights; at least 1
 */
public record WeightedDestination(Destination destination, int weight, HeaderEdits headers) {}
