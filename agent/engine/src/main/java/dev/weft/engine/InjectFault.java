package dev.weft.engine;

import dev.weft.bridge.Step;
import dev.weft.engine.config.Fault;
import dev.weft.engine.routing.Rule;
import dev.weft.engine.telemetry.ResponseFlag;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Lets go wrong what the rule wants to go wrong: a delay first, then maybe an error. */
final class InjectFault implements Stage {

  private final RandomGenerator random;

  InjectFault(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public @Nullable Step decide(OutboundExchange call) {
    Rule rule = Objects.requireNonNull(call.rule);
    Fault fault = rule.fault();
    if (fault == null) {
      return null;
    }
    if (isDelayed(call, fault.delay())) {
      call.wasDelayed = true;
      call.flag(ResponseFlag.DELAY_INJECTED);
      return new Step.Wait(Objects.requireNonNull(fault.delay()).duration(), null);
    }
    Fault.Abort abort = fault.abort();
    return abort != null && abort.share().hits(random) ? LocalReply.fault(call, abort) : null;
  }

  // Once: this stage is asked again when the delay is over.
  private boolean isDelayed(OutboundExchange call, Fault.@Nullable Delay delay) {
    return delay != null
        && !call.wasDelayed
        && delay.duration().toMillis() > 0
        && delay.share().hits(random);
  }
}
