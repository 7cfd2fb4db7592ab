package dev.weft.bridge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Steps for tests. */
final class Steps {

  private Steps() {}

  static Function<RecordedCall, Step> send(int port) {
    return send(port, null);
  }

  static Function<RecordedCall, Step> send(int port, @Nullable Duration timeout) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return RecordedCall.always(
        new Step.Send(address, "reviews:9080", "/", HeaderEdits.NONE, timeout, 0));
  }

  static Function<RecordedCall, Step> pause(@Nullable Duration delay) {
    return RecordedCall.always(new Step.Wait(delay == null ? Duration.ofHours(1) : delay, null));
  }

  static Function<RecordedCall, Step> pause(CompletionStage<?> signal) {
    return RecordedCall.always(new Step.Wait(null, signal));
  }

  static Function<RecordedCall, Step> answer(int status) {
    return RecordedCall.always(new Step.Answer(status, HeaderEdits.NONE, new byte[0]));
  }

  static Function<RecordedCall, Step> deliver() {
    return RecordedCall.always(new Step.Deliver(HeaderEdits.NONE));
  }

  static Function<RecordedCall, Step> deliver(Duration timeout) {
    return RecordedCall.always(new Step.Deliver(HeaderEdits.NONE, timeout));
  }

  static Function<RecordedCall, Step> fail() {
    return call -> {
      throw new IllegalStateException("on purpose");
    };
  }

  static Outcome.Head head(int status) {
    return new Outcome.Head(status, Headers.NONE, true);
  }
}
