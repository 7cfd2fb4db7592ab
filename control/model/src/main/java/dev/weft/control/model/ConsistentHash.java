package dev.weft.control.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests that have the same key go to the same endpoint while there are the same endpoints.
 *
 * @param key null: chance takes its place
 */
public record ConsistentHash(@Nullable Key key, Algorithm algorithm) {

  /** What of a request is hashed. */
  public sealed interface Key {}

  /** All values of a header. */
  public record Header(String name) implements Key {}

  /**
   * A cookie.
   *
   * @param path of the cookie that is given; empty: none
   * @param ttl null: no cookie is given to requests that have none; zero: one for the session
   */
  public record Cookie(String name, String path, @Nullable Duration ttl, List<Attribute> attributes)
      implements Key {
    public Cookie {
      attributes = List.copyOf(attributes);
    }
  }

  /** Of a cookie that is given. */
  public record Attribute(String name, String value) {}

  /** The caller's address. */
  public record SourceIp() implements Key {}

  /** The first value of a query parameter. */
  public record QueryParameter(String name) implements Key {}

  /** How keys and endpoints meet. */
  public sealed interface Algorithm {}

  /**
   * A ring of points.
   *
   * @param minimumSize null: as Envoy has it
   */
  public record RingHash(@Nullable Long minimumSize) implements Algorithm {
    /** What istiod writes where no algorithm is named; it is Envoy's default, too. */
    public static final RingHash DEFAULT = new RingHash(1024L);
  }

  /**
   * A table of slots.
   *
   * @param tableSize a prime
   */
  public record Maglev(long tableSize) implements Algorithm {}
}
