package dev.weft.engine;

import dev.weft.bridge.Step;
import dev.weft.engine.Subscriptions.Subscription;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.Telemetry;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rules of the host, asking for them at its first use. Waits are bounded: for the host
 * table by one deadline for the whole process, for the rules of a host by one since its first use.
 * Past them the fail mode decides, at once.
 */
final class AwaitConfiguration implements Stage {

  private final Engine engine;
  private final Outsiders unknown;

  AwaitConfiguration(Engine engine) {
    this.engine = engine;
    this.unknown = engine.outsiders;
  }

  @Override
  public @Nullable Step decide(OutboundExchange call) {
    return isReady(call) ? null : ask(call);
  }

  private static boolean isReady(OutboundExchange call) {
    return call.plan.rules().containsKey(call.authority.name());
  }

  private @Nullable Step ask(OutboundExchange call) {
    call.plan = engine.plan(); // waited, maybe: the world has moved on
    if (call.plan.hosts() == null) {
      return await(call, engine.source.ready(), engine.startDeadline());
    }
    if (!call.plan.hosts().contains(call.authority.host())) {
      return unknown.refuses(call.plan, call.authority)
          ? LocalReply.blackHole(call)
          : call.passThrough(passthrough(call));
    }
    Subscription subscription = engine.subscriptions.of(call.authority.name(), call.startNanos());
    if (subscription == null) {
      return unavailable(call);
    }
    boolean arrived = subscription.arrival().isDone();
    call.plan = engine.plan(); // after the look at the arrival, or its routes could be missed
    if (isReady(call)) {
      return null;
    }
    if (arrived) {
      // The mesh's host, but not on this port.
      return unknown.refusesPort(call.plan, call.authority)
          ? LocalReply.blackHole(call)
          : call.passThrough(passthrough(call));
    }
    return await(call, subscription.arrival(), subscription.since() + engine.patienceNanos());
  }

  // Istio names what leaves through no rule so, with the host as it was called.
  private static Service passthrough(OutboundExchange call) {
    return new Service(call.authority.host(), "PassthroughCluster", "unknown");
  }

  private Step await(OutboundExchange call, CompletionStage<Void> signal, long deadline) {
    long left = deadline - engine.clock.getAsLong();
    return left > 0 ? new Step.Wait(Duration.ofNanos(left), signal) : unavailable(call);
  }

  private Step unavailable(OutboundExchange call) {
    if (engine.settings.failMode() == FailMode.OPEN) {
      engine.telemetry.happened(Telemetry.Event.FAILED_OPEN);
      return call.passThrough(Service.UNKNOWN);
    }
    engine.telemetry.happened(Telemetry.Event.FAILED_CLOSED);
    return LocalReply.to(call, 503, "mesh: no configuration was received", ResponseFlag.NO_CLUSTER);
  }
}
