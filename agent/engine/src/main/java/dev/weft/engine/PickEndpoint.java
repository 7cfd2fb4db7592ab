package dev.weft.engine;

import dev.weft.bridge.Step;
import dev.weft.engine.balance.Balancer;
import dev.weft.engine.balance.Upstream;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.telemetry.ResponseFlag;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Picks the endpoint of the next try. */
final class PickEndpoint implements Stage {

  private final RandomGenerator random;

  PickEndpoint(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public @Nullable Step decide(OutboundExchange call) {
    Destination destination = Objects.requireNonNull(call.destination);
    Balancer balancer = call.plan.balancers().get(destination.cluster());
    if (balancer == null) {
      return LocalReply.to(call, 503, "", ResponseFlag.NO_CLUSTER);
    }
    Cluster cluster = balancer.cluster();
    call.calls(cluster.destination());
    call.isInMesh = cluster.discovery() == Discovery.ENDPOINTS;
    if (cluster.discovery() == Discovery.ORIGINAL) {
      call.sendingTo(call.originalAddress());
      return null;
    }
    Upstream upstream = pick(call, balancer);
    if (upstream == null) {
      return LocalReply.to(call, 503, "no healthy upstream", ResponseFlag.NO_HEALTHY_UPSTREAM);
    }
    call.begin(upstream);
    return null;
  }

  private @Nullable Upstream pick(OutboundExchange call, Balancer balancer) {
    Course course = call.course();
    return course == null || course.tried().isEmpty()
        ? balancer.pick(random)
        : balancer.pick(random, course.tried(), hostAttempts(call));
  }

  private static int hostAttempts(OutboundExchange call) {
    return Objects.requireNonNull(call.destination).forward().retries().hostAttempts();
  }
}
