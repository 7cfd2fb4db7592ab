package dev.weft.instrumentation.testing;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the engine says of one call, step by step. Made anew for each call. */
public interface Script {

  /** One step of a fixed sequence. */
  interface Next {
    Step of(ScriptedCall call);
  }

  /** The first step. */
  Step start(ScriptedCall call);

  /** After a wait. */
  default Step resume(ScriptedCall call) {
    return start(call);
  }

  /** After a try. */
  default Step ended(ScriptedCall call, Outcome outcome) {
    return new Step.Deliver(HeaderEdits.NONE);
  }

  /** These steps, whatever happens, one for each question; the last one is repeated. */
  static Script of(Next... steps) {
    Deque<Next> left = new ArrayDeque<>(List.of(steps));
    return new Script() {
      private Step next(ScriptedCall call) {
        Next step = left.size() > 1 ? left.pop() : left.element();
        return step.of(call);
      }

      @Override
      public Step start(ScriptedCall call) {
        return next(call);
      }

      @Override
      public Step resume(ScriptedCall call) {
        return next(call);
      }

      @Override
      public Step ended(ScriptedCall call, Outcome outcome) {
        return next(call);
      }
    };
  }

  /** One try to this address, and its outcome delivered. */
  static Script to(InetSocketAddress address) {
    return of(send(address), deliver());
  }

  /** A try to this address, as the application has the request. */
  static Next send(InetSocketAddress address) {
    return send(address, null, 0);
  }

  /**
   * A try to this address.
   *
   * @param keep how much of a request body to keep
   */
  static Next send(InetSocketAddress address, @Nullable Duration timeout, int keep) {
    return call ->
        new Step.Send(
            address,
            call.head().authority(),
            call.head().target(),
            HeaderEdits.NONE,
            timeout,
            keep);
  }

  /** What the last try gave, as it is. */
  static Next deliver() {
    return call -> new Step.Deliver(HeaderEdits.NONE);
  }

  /** A local reply. */
  static Next answer(int status, String body, String... header) {
    HeaderEdits headers =
        header.length == 0
            ? HeaderEdits.NONE
            : HeaderEdits.setting(List.of(Map.entry(header[0], header[1])));
    return call ->
        new Step.Answer(status, headers, body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** A pause. */
  static Next pause(Duration delay) {
    return call -> new Step.Wait(delay, null);
  }
}
