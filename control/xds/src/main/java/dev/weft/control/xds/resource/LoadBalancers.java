package dev.weft.control.xds.resource;

import com.google.protobuf.UInt64Value;
import dev.weft.control.model.ConsistentHash;
import dev.weft.control.model.LoadBalancer;
import dev.weft.control.model.Warmup;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LeastRequestLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.MaglevLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RingHashLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RoundRobinLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.SlowStartConfig;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.type.v3.Percent;
import org.jspecify.annotations.Nullable;

/** How endpoints are picked, as istiod's applyLoadBalancer has it. */
final class LoadBalancers {

  private LoadBalancers() {}

  static void apply(Cluster.Builder cluster, LoadBalancer balancer) {
    if (balancer.consistentHash() != null) {
      consistent(cluster, balancer.consistentHash().algorithm());
      return;
    }
    switch (balancer.simple()) {
      case LEAST_REQUEST -> leastRequest(cluster, balancer.warmup());
      case ROUND_ROBIN -> roundRobin(cluster, balancer.warmup());
      case RANDOM -> cluster.setLbPolicy(LbPolicy.RANDOM);
      case PASSTHROUGH -> cluster.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
    }
  }

  private static void leastRequest(Cluster.Builder cluster, @Nullable Warmup warmup) {
    cluster.setLbPolicy(LbPolicy.LEAST_REQUEST);
    if (warmup != null) {
      cluster.setLeastRequestLbConfig(
          LeastRequestLbConfig.newBuilder().setSlowStartConfig(slowStart(warmup)));
    }
  }

  private static void roundRobin(Cluster.Builder cluster, @Nullable Warmup warmup) {
    cluster.setLbPolicy(LbPolicy.ROUND_ROBIN);
    if (warmup != null) {
      cluster.setRoundRobinLbConfig(
          RoundRobinLbConfig.newBuilder().setSlowStartConfig(slowStart(warmup)));
    }
  }

  private static SlowStartConfig slowStart(Warmup warmup) {
    SlowStartConfig.Builder built =
        SlowStartConfig.newBuilder().setSlowStartWindow(Values.duration(warmup.duration()));
    if (warmup.aggression() != null) {
      // Envoy wants the name of a runtime value, which nobody can set under this one.
      built.setAggression(
          RuntimeDouble.newBuilder().setDefaultValue(warmup.aggression()).setRuntimeKey("("));
    }
    if (warmup.minimumPercent() != null) {
      built.setMinWeightPercent(Percent.newBuilder().setValue(warmup.minimumPercent()));
    }
    return built.build();
  }

  private static void consistent(Cluster.Builder cluster, ConsistentHash.Algorithm algorithm) {
    if (algorithm instanceof ConsistentHash.Maglev maglev) {
      cluster
          .setLbPolicy(LbPolicy.MAGLEV)
          .setMaglevLbConfig(
              MaglevLbConfig.newBuilder().setTableSize(UInt64Value.of(maglev.tableSize())));
      return;
    }
    cluster.setLbPolicy(LbPolicy.RING_HASH);
    if (algorithm instanceof ConsistentHash.RingHash ring && ring.minimumSize() != null) {
      cluster.setRingHashLbConfig(
          RingHashLbConfig.newBuilder().setMinimumRingSize(UInt64Value.of(ring.minimumSize())));
    }
  }
}
