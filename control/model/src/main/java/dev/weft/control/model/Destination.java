package dev.weft.control.model;

import org.jspecify.annotations.Nullable;

/**
 * Where requests go: a service port or a subset of what serves it. It may name what does not exist;
 * {@link CallerView#cluster} then yields nothing, and requests get 503 with the flag NC.
 *
 * @param port null in a rule that leaves it out; never null in what {@link CallerView#routes}
 *     returns
 * @param subset empty for all endpoints
 */
public record Destination(Fqdn host, @Nullable Integer port, String subset) {

  public Destination onPort(int number) {
    return new Destination(host, number, subset);
  }
}
