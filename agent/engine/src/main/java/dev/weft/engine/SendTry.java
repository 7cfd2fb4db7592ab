package dev.weft.engine;

import dev.weft.bridge.Step;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import dev.weft.engine.resilience.Retries;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.telemetry.ResponseFlag;
import java.time.Duration;
import java.util.List;
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
    Destination destination = Objects.requireNonNull(call.destination);
    RetryPolicy retries = destination.forward().retries();
    Duration timeout = timeout(call, retries.perTryTimeout());
    if (timeout != null && timeout.isNegative()) {
      return AnswerFailure.timeout(call);
    }
    String target = destination.target(call.head.target());
    if (!isSendable(target)) {
      return LocalReply.to(
          call,
          503,
          "mesh: the rule rewrites the path to one that cannot be sent",
          ResponseFlag.LOCAL_RESET);
    }
    Step.Send send =
        new Step.Send(
            Objects.requireNonNull(call.remote()),
            destination.authority(call.head.authority()),
            target,
            headers.of(call, timeout),
            timeout,
            isKept(call, retries) ? engine.settings.keepLimit() : 0,
            call.server);
    List<Route.Mirror> mirrors = destination.forward().mirrors();
    return mirrors.isEmpty() || call.tries() > 1 ? send : Mirroring.draw(call, mirrors, send);
  }

  private static boolean isKept(OutboundExchange call, RetryPolicy retries) {
    return call.mirroring != null || Retries.mayResend(retries, call.grpc);
  }

  private @Nullable Duration timeout(OutboundExchange call, @Nullable Duration perTry) {
    Course course = perTry == null ? call.course() : call.makeCourse();
    return course == null ? null : course.beginTry(engine.clock.getAsLong(), perTry);
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
