package dev.weft.xds.decode;

import dev.weft.bridge.KeepAlive;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.SlowStart;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.config.TrafficPolicy.Availability;
import dev.weft.engine.config.TrafficPolicy.Hashing;
import dev.weft.xds.proto.Cluster;
import dev.weft.xds.proto.ClusterCommonLbConfig;
import dev.weft.xds.proto.ClusterLbPolicy;
import dev.weft.xds.proto.ClusterMaglevLbConfig;
import dev.weft.xds.proto.ClusterRingHashLbConfig;
import dev.weft.xds.proto.ClusterRingHashLbConfigHashFunction;
import dev.weft.xds.proto.ClusterSlowStartConfig;
import dev.weft.xds.proto.Percent;
import dev.weft.xds.proto.TcpKeepalive;
import dev.weft.xds.proto.UInt32Value;
import dev.weft.xds.proto.UpstreamConnectionOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a cluster says of how its endpoints are chosen. */
final class TrafficDecoder {

  /** Envoy's, where a cluster says nothing; Istio says 0. */
  private static final int DEFAULT_PANIC_PERCENT = 50;

  private static final double DEFAULT_WARMTH_PERCENT = 10;

  private final Cluster cluster;
  private final Where where;

  TrafficDecoder(Cluster cluster, Where where) {
    this.cluster = cluster;
    this.where = where;
  }

  TrafficPolicy policy(Discovery discovery, Duration connectTimeout)
      throws InvalidResourceException {
    LoadBalancing balancing = balancing(discovery);
    return TrafficPolicy.of(balancing, connectTimeout)
        .withHashing(hashing(balancing))
        .withAvailability(availability())
        .withSlowStart(slowStart(balancing))
        .withLimits(LimitsDecoder.limits(cluster, where.in("circuit_breakers")))
        .withOutliers(OutlierDecoder.detection(cluster, where))
        .withKeepAlive(keepAlive());
  }

  private LoadBalancing balancing(Discovery discovery) throws InvalidResourceException {
    return switch (cluster.lbPolicy()) {
      case ClusterLbPolicy.ROUND_ROBIN -> LoadBalancing.ROUND_ROBIN;
      case ClusterLbPolicy.LEAST_REQUEST -> LoadBalancing.LEAST_REQUEST;
      case ClusterLbPolicy.RANDOM -> LoadBalancing.RANDOM;
      case ClusterLbPolicy.RING_HASH -> LoadBalancing.RING_HASH;
      case ClusterLbPolicy.MAGLEV -> LoadBalancing.MAGLEV;
      default -> {
        boolean provided = cluster.lbPolicy() == ClusterLbPolicy.CLUSTER_PROVIDED;
        if (provided && discovery == Discovery.ORIGINAL) {
          yield LoadBalancing.ROUND_ROBIN; // of one address, the caller's own
        }
        throw where
            .in("lb_policy")
            .refuse(
                ClusterLbPolicy.name(cluster.lbPolicy())
                    + " (expected: ROUND_ROBIN, LEAST_REQUEST, RANDOM, RING_HASH or MAGLEV)");
      }
    };
  }

  private Hashing hashing(LoadBalancing balancing) throws InvalidResourceException {
    ClusterRingHashLbConfig ring = cluster.ringHashLbConfig();
    if (balancing == LoadBalancing.RING_HASH && ring != null) {
      return ring(ring, where.in("ring_hash_lb_config"));
    }
    ClusterMaglevLbConfig maglev = cluster.maglevLbConfig();
    if (balancing == LoadBalancing.MAGLEV && maglev != null && maglev.tableSize() != null) {
      long size = maglev.tableSize().value();
      if (size < 2 || size > Hashing.MOST_SLOTS || !Hashing.isPrime(size)) {
        throw where
            .in("maglev_lb_config")
            .in("table_size")
            .refuse(size + " (expected: a prime of at most " + Hashing.MOST_SLOTS + ")");
      }
      return new Hashing(1, Hashing.MOST_POINTS, (int) size);
    }
    return Hashing.DEFAULT;
  }

  private static Hashing ring(ClusterRingHashLbConfig ring, Where where)
      throws InvalidResourceException {
    if (ring.hashFunction() != ClusterRingHashLbConfigHashFunction.XX_HASH) {
      throw where
          .in("hash_function")
          .refuse(
              ClusterRingHashLbConfigHashFunction.name(ring.hashFunction())
                  + " (expected: XX_HASH)");
    }
    long least =
        ring.minimumRingSize() == null
            ? Hashing.DEFAULT.minimumRing()
            : ring.minimumRingSize().value();
    long most =
        ring.maximumRingSize() == null
            ? Hashing.DEFAULT.maximumRing()
            : ring.maximumRingSize().value();
    if (least < 0 || least > most || most < 1 || most > Hashing.MOST_POINTS) {
      throw where.refuse(
          least + " to " + most + " points (expected: at most " + Hashing.MOST_POINTS + ")");
    }
    return new Hashing((int) Math.max(1, least), (int) most, Hashing.DEFAULT.tableSize());
  }

  private @Nullable SlowStart slowStart(LoadBalancing balancing) throws InvalidResourceException {
    if (balancing == LoadBalancing.ROUND_ROBIN && cluster.roundRobinLbConfig() != null) {
      return slowStart(
          cluster.roundRobinLbConfig().slowStartConfig(), where.in("round_robin_lb_config"));
    }
    return balancing == LoadBalancing.LEAST_REQUEST && cluster.leastRequestLbConfig() != null
        ? slowStart(
            cluster.leastRequestLbConfig().slowStartConfig(), where.in("least_request_lb_config"))
        : null;
  }

  private static @Nullable SlowStart slowStart(@Nullable ClusterSlowStartConfig config, Where where)
      throws InvalidResourceException {
    Where here = where.in("slow_start_config");
    Duration window =
        config == null
            ? null
            : Durations.orIfZero(
                Durations.of(config.slowStartWindow(), here.in("slow_start_window")), null);
    if (config == null || window == null) {
      return null;
    }
    // As Envoy: what makes no sense is 1.
    double aggression = config.aggression() == null ? 1 : config.aggression().defaultValue();
    double percent =
        Numbers.percent(
            config.minWeightPercent(), DEFAULT_WARMTH_PERCENT, here.in("min_weight_percent"));
    return new SlowStart(window, aggression > 0 ? aggression : 1, percent);
  }

  private @Nullable KeepAlive keepAlive() throws InvalidResourceException {
    UpstreamConnectionOptions options = cluster.upstreamConnectionOptions();
    TcpKeepalive keepAlive = options == null ? null : options.tcpKeepalive();
    if (keepAlive == null) {
      return null;
    }
    Where here = where.in("upstream_connection_options").in("tcp_keepalive");
    return new KeepAlive(
        number(keepAlive.keepaliveProbes(), here.in("keepalive_probes")),
        number(keepAlive.keepaliveTime(), here.in("keepalive_time")),
        number(keepAlive.keepaliveInterval(), here.in("keepalive_interval")));
  }

  private static int number(@Nullable UInt32Value value, Where where)
      throws InvalidResourceException {
    return value == null ? 0 : Numbers.from(0, value.value(), where);
  }

  private Availability availability() throws InvalidResourceException {
    ClusterCommonLbConfig common = cluster.commonLbConfig();
    Percent panic = common == null ? null : common.healthyPanicThreshold();
    double percent =
        Numbers.percent(
            panic,
            DEFAULT_PANIC_PERCENT,
            where.in("common_lb_config").in("healthy_panic_threshold"));
    return new Availability(
        (int) Math.round(percent),
        Availability.DEFAULT.overprovisioning(),
        common != null && common.localityWeightedLbConfig() != null);
  }
}
