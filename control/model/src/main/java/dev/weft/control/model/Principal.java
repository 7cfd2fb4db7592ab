package dev.weft.control.model;

import java.util.Set;

/**
 * Who is at the other end of a call, proven by a certificate or a token.
 *
 * @param services the services of its namespace that it may serve; empty: a pure client
 */
public record Principal(SpiffeId id, Set<String> services) {

  /** No service is called so. */
  private static final String WHEREVER_PLACED = "*";

  public Principal {
    services = Set.copyOf(services);
  }

  /** One whose platform says where it runs, and so what it serves: it is not granted services. */
  public static Principal placed(SpiffeId id) {
    return new Principal(id, Set.of(WHEREVER_PLACED));
  }

  /** Whether what it serves is its platform's to say, and not its own. */
  public boolean isPlaced() {
    return services.contains(WHEREVER_PLACED);
  }

  /** Whether it may serve a service of its namespace, as far as its identity is concerned. */
  public boolean mayServe(String service) {
    return services.contains(service) || isPlaced();
  }
}
