package dev.weft.engine.config;

import dev.weft.bridge.KeepAlive;
import dev.weft.engine.config.Cluster.LoadBalancing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster's endpoints are chosen and connected to.
 *
 * @param hashing of the consistent load balancers
 * @param slowStart of round robin and least request; null: none
 * @param outliers who is left out for failing; null: nobody
 * @param limits of what this process may ask of the cluster at the same time
 * @param keepAlive of connections; null: as the application says
 */
public record TrafficPolicy(
    LoadBalancing balancing,
    Duration connectTimeout,
    Hashing hashing,
    Availability availability,
    @Nullable SlowStart slowStart,
    @Nullable OutlierDetection outliers,
    Limits limits,
    @Nullable KeepAlive keepAlive) {

  /** Envoy's defaults, but for the panic threshold, which Istio switches off. */
  public static TrafficPolicy of(LoadBalancing balancing, Duration connectTimeout) {
    return new TrafficPolicy(
        balancing,
        connectTimeout,
        Hashing.DEFAULT,
        Availability.DEFAULT,
        null,
        null,
        Limits.NONE,
        null);
  }

  public TrafficPolicy withHashing(Hashing other) {
    return new TrafficPolicy(
        balancing, connectTimeout, other, availability, slowStart, outliers, limits, keepAlive);
  }

  public TrafficPolicy withAvailability(Availability other) {
    return new TrafficPolicy(
        balancing, connectTimeout, hashing, other, slowStart, outliers, limits, keepAlive);
  }

  public TrafficPolicy withSlowStart(@Nullable SlowStart other) {
    return new TrafficPolicy(
        balancing, connectTimeout, hashing, availability, other, outliers, limits, keepAlive);
  }

  public TrafficPolicy withOutliers(@Nullable OutlierDetection other) {
    return new TrafficPolicy(
        balancing, connectTimeout, hashing, availability, slowStart, other, limits, keepAlive);
  }

  public TrafficPolicy withLimits(Limits other) {
    return new TrafficPolicy(
        balancing, connectTimeout, hashing, availability, slowStart, outliers, other, keepAlive);
  }

  public TrafficPolicy withKeepAlive(@Nullable KeepAlive other) {
    return new TrafficPolicy(
        balancing, connectTimeout, hashing, availability, slowStart, outliers, limits, other);
  }

  /**
   * Of {@link LoadBalancing#RING_HASH} and {@link LoadBalancing#MAGLEV}.
   *
   * @param minimumRing points on the ring, at least
   * @param maximumRing points on the ring, at most
   * @param tableSize slots of Maglev's table: a prime
   */
  public record Hashing(int minimumRing, int maximumRing, int tableSize) {

    /** The largest ring that Envoy takes. */
    public static final int MOST_POINTS = 8 * 1024 * 1024;

    /** The largest table that Envoy takes. */
    public static final int MOST_SLOTS = 5_000_011;

    /** Envoy's. */
    public static final Hashing DEFAULT = new Hashing(1024, MOST_POINTS, 65_537);

    public Hashing {
      if (minimumRing < 1 || minimumRing > maximumRing || maximumRing > MOST_POINTS) {
        throw new IllegalArgumentException(
            "ring: " + minimumRing + " to " + maximumRing + " points");
      }
      if (!isPrime(tableSize) || tableSize > MOST_SLOTS) {
        throw new IllegalArgumentException("table: " + tableSize + " slots (expected: a prime)");
      }
    }

    /** Whether Maglev can work with it. */
    public static boolean isPrime(long number) {
      for (long i = 2; i * i <= number; i++) {
        if (number % i == 0) {
          return false;
        }
      }
      return number > 1;
    }
  }

  /**
   * How endpoints that are not available turn requests elsewhere.
   *
   * @param panicPercent where fewer endpoints are healthy than this, all are picked from; 0: never
   * @param overprovisioning percent; a priority is full while its healthy share times this is
   * @param byLocality whether the weights of localities decide
   */
  public record Availability(int panicPercent, int overprovisioning, boolean byLocality) {

    public static final Availability DEFAULT = new Availability(0, 140, false);
  }
}
