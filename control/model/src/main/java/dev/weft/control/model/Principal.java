package dev.weft.control.model;

import java.util.Set;

/**
 * Who is at the other end of a call, proven by a certificate or a token.
 *
 * @param services the services of its namespace that it may serve; empty: a pure client
 */
public record Principal(SpiffeId id, Set<String> services) {

  public Principal {
    services = Set.copyOf(services);
  }
}
