package dev.weft.engine;

import dev.weft.bridge.Step;
import dev.weft.engine.balance.Balancer;
import dev.weft.engine.balance.ConnectionSlots;
import dev.weft.engine.balance.ConnectionSlots.Slot;
import dev.weft.engine.balance.Upstream;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Transport;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.routing.RequestHash;
import dev.weft.engine.telemetry.ResponseFlag;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Picks the endpoint of the next try. */
final class PickEndpoint implements Stage {

  private final Engine engine;
  private final RandomGenerator random;
  private final @Nullable String source; // our own address, which for a sidecar is the caller's
  private final Executor soon;

  PickEndpoint(Engine engine) {
    this.engine = engine;
    this.random = engine.random;
    this.source = engine.settings.local().address();
    this.soon = task -> engine.after(Duration.ZERO, task);
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
    call.server = call.authority.isSecure() ? server(call, cluster) : null;
    if (cluster.discovery() == Discovery.ORIGINAL) {
      call.sendingTo(call.originalAddress());
      return obstacle(call, cluster);
    }
    Step wait = connection(call, balancer.load().connections());
    if (wait != null) {
      return wait;
    }
    Upstream upstream = pick(call, balancer);
    if (upstream == null) {
      return LocalReply.to(call, 503, "no healthy upstream", ResponseFlag.NO_HEALTHY_UPSTREAM);
    }
    if (call.authority.isSecure()) {
      // Strangers learn nothing of us: who encrypts himself talks to the whole world.
      call.isInMesh &= !upstream.endpoint().workload().equals(Workload.UNKNOWN);
    }
    return call.begin(upstream) ? obstacle(call, cluster) : overflow(call);
  }

  /**
   * Whom the application's TLS has to verify: the host that it asks for, wherever the mesh finds
   * it; and another host where the rule sends the request to another. Null: the former.
   */
  private static @Nullable String server(OutboundExchange call, Cluster cluster) {
    String host = cluster.destination().host();
    boolean isCalled =
        cluster.discovery() == Discovery.ORIGINAL
            || cluster.destination().equals(Cluster.Service.UNKNOWN)
            || host.startsWith("*")
            || host.equals(
                Objects.requireNonNull(call.plan.rules().get(call.authority.name())).host());
    return isCalled ? null : host;
  }

  /** Where TLS is demanded and nobody would speak it, nothing is sent. */
  private @Nullable Step obstacle(OutboundExchange call, Cluster cluster) {
    if (call.authority.isSecure() && cluster.transport() instanceof Transport.Tls) {
      return null; // it is TLS already
    }
    String reason = engine.obstacle(cluster, Objects.requireNonNull(call.remote()));
    return reason == null
        ? null
        : LocalReply.to(call, 503, "mesh: " + reason, ResponseFlag.UPSTREAM_CONNECTION_FAILURE);
  }

  // gRPC's requests share a connection. A wait comes back here.
  private @Nullable Step connection(OutboundExchange call, ConnectionSlots slots) {
    Slot slot = call.slot();
    if (slot == null) {
      if (call.grpc || !slots.isLimited()) {
        return null;
      }
      slot = slots.ask();
      if (slot == null) {
        return overflow(call);
      }
      call.needs(slot);
      return slot.isGranted() ? null : await(call, slot);
    }
    return slot.isGranted() ? null : AnswerFailure.timeout(call);
  }

  // Not on the thread of whoever gives its slot back: it has its own work, and a queue of such
  // threads would stack up.
  private Step await(OutboundExchange call, Slot slot) {
    Course course = call.course();
    Duration left = course == null ? null : course.left(engine.clock.getAsLong());
    return new Step.Wait(left, slot.granted().thenRunAsync(() -> {}, soon), true);
  }

  private static Step overflow(OutboundExchange call) {
    return LocalReply.to(
        call, 503, AnswerFailure.RESET + "reset reason: overflow", ResponseFlag.UPSTREAM_OVERFLOW);
  }

  private @Nullable Upstream pick(OutboundExchange call, Balancer balancer) {
    long hash = balancer.isConsistent() ? hash(call) : 0;
    Course course = call.course();
    if (course == null || course.tried().isEmpty()) {
      return balancer.pick(random, hash);
    }
    RetryPolicy retries = Objects.requireNonNull(call.destination).forward().retries();
    int excluded = excluded(course, balancer, retries.priorityUpdates());
    return excluded == 0
        ? balancer.pick(random, hash, course.tried(), retries.hostAttempts())
        : balancer.pickElsewhere(random, hash, course.tried(), retries.hostAttempts(), excluded);
  }

  private static int excluded(Course course, Balancer balancer, int every) {
    int excluded = every == 0 ? 0 : course.excludedPriorities(every);
    if (excluded == 0 || balancer.serves(excluded)) {
      return excluded;
    }
    course.forgetPriorities();
    return 0;
  }

  /** Once per call; without anything to hash each try goes where chance sends it, as in Envoy. */
  private long hash(OutboundExchange call) {
    Course course = call.makeCourse();
    RequestHash.Hash hash = course.hash();
    if (hash == null) {
      Destination destination = Objects.requireNonNull(call.destination);
      RequestHash.Sent sent =
          new RequestHash.Sent(
              destination.target(call.head.target()), destination.authority(call.head.authority()));
      RequestHash.Request request =
          new RequestHash.Request(call.head, MatchRoute.headers(call), sent, source);
      hash = destination.hash().of(request, random);
      course.setHash(hash);
    }
    return hash == null ? random.nextLong() : hash.value();
  }
}
