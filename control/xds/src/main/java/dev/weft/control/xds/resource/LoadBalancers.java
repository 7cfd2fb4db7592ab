package dev.weft.control.xds.resource;

import com.google.protobuf.UInt64Value;
import dev.weft.control.model.ConsistentHash;
import dev.weft.control.model.LoadBalancer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.MaglevLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RingHashLbConfig;

/** How endpoints are picked, as istiod's applyLoadBalancer has it. */
final class LoadBalancers {

  private LoadBalancers() {}

  static void apply(Cluster.Builder cluster, LoadBalancer balancer) {
    if (balancer.consistentHash() != null) {
      consistent(cluster, balancer.consistentHash().algorithm());
      return;
    }
    switch (balancer.simple()) {
      case LEAST_REQUEST -> cluster.setLbPolicy(LbPolicy.LEAST_REQUEST);
      case ROUND_ROBIN -> cluster.setLbPolicy(LbPolicy.ROUND_ROBIN);
      case RANDOM -> cluster.setLbPolicy(LbPolicy.RANDOM);
      case PASSTHROUGH -> cluster.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
    }
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
