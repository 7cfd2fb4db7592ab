package dev.weft.control.model;

import java.util.List;

/**
 * An existing destination as one caller sees it: who serves it now, and under which policy.
 *
 * @param groups the endpoints by locality, and in the order in which this caller uses them
 */
public record Cluster(
    Destination destination,
    Service service,
    ServicePort port,
    TrafficPolicy policy,
    List<Endpoint> endpoints,
    List<EndpointGroup> groups) {}
