package dev.weft.engine.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a request decides on its endpoint, where the cluster's load balancer is consistent: one
 * of Envoy's hash policies.
 */
public sealed interface HashPolicy {

  /** Whether no further policy counts where this one gives a hash. */
  boolean terminal();

  /** All values of a header. */
  record Header(String name, boolean terminal) implements HashPolicy {}

  /**
   * A cookie.
   *
   * @param ttl null: requests without it have no hash; else they are given one, which lasts as long
   *     (zero: as long as the browser runs)
   */
  record Cookie(
      String name,
      String path,
      @Nullable Duration ttl,
      List<Attribute> attributes,
      boolean terminal)
      implements HashPolicy {
    public Cookie {
      attributes = List.copyOf(attributes);
    }
  }

  /** Of a cookie that is given. */
  record Attribute(String name, String value) {}

  /** Who calls. */
  record SourceIp(boolean terminal) implements HashPolicy {}

  /** The first value of a parameter. */
  record QueryParameter(String name, boolean terminal) implements HashPolicy {}
}
