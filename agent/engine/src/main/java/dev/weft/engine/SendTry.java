package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Route.Action.Forward;
import dev.weft.engine.resilience.Retries;
import dev.weft.engine.routing.Rule;
import dev.weft.engine.telemetry.ResponseFlag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts the try together: address, rewritten target, headers, timeout. */
final class SendTry implements Stage {

  private final Engine engine;
  private final OutboundHeaders headers;

  SendTry(Engine engine) {
    this.engine = engine;
    this.headers = new OutboundHeaders(engine);
  }

  @Override
  public Step decide(OutboundExchange call) {
    Forward forward = Objects.requireNonNull(call.forward);
    Rule rule = Objects.requireNonNull(call.rule);
    Duration timeout = timeout(call, forward);
    if (timeout != null && timeout.isNegative()) {
      return AnswerFailure.timeout(call);
    }
    String target = rule.target(call.head.target());
    if (!isSendable(target)) {
      return LocalReply.to(
          call,
          503,
          "mesh: the rule rewrites the path to one that cannot be sent",
          ResponseFlag.LOCAL_RESET);
    }
    List<Map.Entry<String, String>> set = headers.of(call, target);
    HeaderEdits rules = Objects.requireNonNull(call.destination).request();
    return new Step.Send(
        Objects.requireNonNull(call.remote()),
        rule.authority(call.head.authority()),
        target,
        new HeaderEdits(rules.remove(), set, rules.add()),
        timeout,
        Retries.mayResend(forward.retries(), call.grpc) ? engine.settings.keepLimit() : 0);
  }

  // The sooner of the try's own and what is left of the call's; negative when nothing is left.
  private @Nullable Duration timeout(OutboundExchange call, Forward forward) {
    Duration perTry = forward.retries().perTryTimeout();
    boolean hasPerTry = perTry != null && !perTry.isZero();
    call.timesOut = call.hasDeadline || hasPerTry;
    if (!call.timesOut) {
      return null;
    }
    long now = engine.clock.getAsLong();
    long left = call.hasDeadline ? call.deadlineNanos - now : Long.MAX_VALUE;
    long own = hasPerTry ? Objects.requireNonNull(perTry).toNanos() : Long.MAX_VALUE;
    call.timesOutFinally = left <= own;
    call.tryDeadlineNanos = now + Math.min(left, own);
    return left <= 0 ? Duration.ofNanos(-1) : Duration.ofNanos(Math.min(left, own));
  }

  // A substitution can put together what no request line may hold.
  private static boolean isSendable(String target) {
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= ' ' || target.charAt(i) == 0x7f) {
        return false;
      }
    }
    return true;
  }
}
