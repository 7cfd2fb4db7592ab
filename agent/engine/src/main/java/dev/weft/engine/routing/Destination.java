package dev.weft.engine.routing;

import dev.weft.bridge.HeaderEdits;

/**
 * Where a rule sends a share of its requests.
 *
 * @param cluster its name
 * @param weight relative to the rule's other destinations
 * @param request edits of the weighted cluster and the route, as one
 * @param response likewise
 */
public record Destination(String cluster, int weight, HeaderEdits request, HeaderEdits response) {}
