package dev.weft.control.model;

import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A DestinationRule's {@code trafficPolicy}, of the host or of a subset, as far as it was given.
 *
 * @param ports {@code portLevelSettings} by port; they replace this level's other settings without
 *     inheriting from them
 */
public record PolicySettings(
    @Nullable LoadBalancer loadBalancer,
    @Nullable ConnectionPool connectionPool,
    @Nullable OutlierDetection outlierDetection,
    @Nullable RetryBudget retryBudget,
    @Nullable ClientTls tls,
    Map<Integer, PolicySettings> ports) {

  public static final PolicySettings NONE =
      new PolicySettings(null, null, null, null, null, Map.of());

  public PolicySettings {
    ports = Map.copyOf(ports);
  }

  /** What holds on one port: that port's own settings alone if there are any, else this level's. */
  PolicySettings onPort(int port) {
    return ports.getOrDefault(port, this);
  }

  /** These settings, block by block overridden by what a subset sets on that port. */
  PolicySettings overriddenBy(PolicySettings subset, int port) {
    if (subset.ports().containsKey(port)) {
      // All but the budget, which no port can set.
      PolicySettings own = subset.onPort(port);
      return new PolicySettings(
          own.loadBalancer,
          own.connectionPool,
          own.outlierDetection,
          retryBudget,
          own.tls,
          Map.of());
    }
    return new PolicySettings(
        subset.loadBalancer != null ? subset.loadBalancer : loadBalancer,
        subset.connectionPool != null ? subset.connectionPool : connectionPool,
        subset.outlierDetection != null ? subset.outlierDetection : outlierDetection,
        subset.retryBudget != null ? subset.retryBudget : retryBudget,
        subset.tls != null ? subset.tls : tls,
        Map.of());
  }

  TrafficPolicy with(MeshDefaults defaults) {
    var timeout = connectionPool == null ? null : connectionPool.connectTimeout();
    return new TrafficPolicy(
        (loadBalancer != null ? loadBalancer : LoadBalancer.DEFAULT).in(defaults.locality()),
        timeout != null ? timeout : defaults.connectTimeout(),
        outlierDetection,
        (connectionPool == null ? ConnectionPool.UNLIMITED : connectionPool).in(defaults),
        retryBudget,
        tls);
  }

  @Nullable ConsistentHash consistentHash() {
    return loadBalancer == null ? null : loadBalancer.consistentHash();
  }

  @Nullable ConsistentHash consistentHashOnPort(int port) {
    PolicySettings own = ports.get(port);
    return own == null ? null : own.consistentHash();
  }

  /** This level, and what it says of single ports. */
  Stream<PolicySettings> all() {
    return Stream.concat(Stream.of(this), ports.values().stream());
  }

  /** Whether it matters to these settings where a caller is. */
  boolean looksAtLocality() {
    return outlierDetection != null
        || (loadBalancer != null && !loadBalancer.locality().distribute().isEmpty());
  }

  /** Which labels of callers these settings look at. */
  Stream<String> labels() {
    return loadBalancer == null ? Stream.of() : loadBalancer.locality().labels();
  }
}
