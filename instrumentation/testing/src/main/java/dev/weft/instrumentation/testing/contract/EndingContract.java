package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.Bytes;
import dev.weft.instrumentation.testing.ClientProbe.Feature;
import dev.weft.instrumentation.testing.ClientProbe.Pending;
import dev.weft.instrumentation.testing.ClientProbe.Request;
import dev.weft.instrumentation.testing.ClientProbe.Sending;
import dev.weft.instrumentation.testing.Origin;
import dev.weft.instrumentation.testing.Script;
import dev.weft.instrumentation.testing.ScriptedCall;
import dev.weft.instrumentation.testing.ScriptedMesh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ten thousand calls of every kind, many at once: retried, failed, refused, timed out, streamed,
 * cancelled before, during and after their heads. Each ends once for the application, and once for
 * the engine.
 */
class EndingContract extends ClientContract {

  private static final int CALLS = Integer.getInteger("contract.calls", 10_000);
  private static final int AT_ONCE = 32;

  private final long seed = Long.getLong("contract.seed", System.nanoTime());

  @Test
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void everyCallEndsOnce() throws Exception {
    System.out.println("seed " + seed + " (-Dcontract.seed)");
    Random random = new Random(seed);
    String[] hosts = hosts();
    Semaphore room = new Semaphore(AT_ONCE);
    AtomicInteger completions = new AtomicInteger();
    ConcurrentLinkedQueue<String> twice = new ConcurrentLinkedQueue<>();
    CountDownLatch all = new CountDownLatch(CALLS);
    for (int i = 0; i < CALLS; i++) {
      assertThat(room.tryAcquire(60, TimeUnit.SECONDS)).as("call " + i + " hangs").isTrue();
      Request request = request(hosts[random.nextInt(hosts.length)], random);
      boolean cancel = PROBE.features().contains(Feature.CANCEL) && random.nextInt(8) == 0;
      int patience = random.nextInt(4);
      AtomicInteger mine = new AtomicInteger();
      Pending pending = PROBE.start(request);
      pending
          .reply()
          .whenComplete(
              (reply, failure) -> {
                if (mine.incrementAndGet() > 1) {
                  twice.add(request.url());
                }
                completions.incrementAndGet();
                room.release();
                all.countDown();
              });
      if (cancel) {
        MESH.after(Duration.ofMillis(patience), pending::cancel);
      }
    }
    assertThat(all.await(60, TimeUnit.SECONDS)).as(all.getCount() + " calls hang").isTrue();

    assertThat(twice).isEmpty();
    assertThat(completions).hasValue(CALLS);
    Awaitility.await().untilAsserted(() -> assertThat(unfinished()).isEmpty());
    Awaitility.await().untilAsserted(() -> assertThat(MESH.timers()).isZero());
  }

  private final List<ScriptedMesh.Calls> calls = new ArrayList<>();

  private List<ScriptedCall> unfinished() {
    return calls.stream()
        .flatMap(some -> some.all().stream())
        .filter(call -> !call.isEndedOnce())
        .toList();
  }

  private String[] hosts() {
    java.net.InetSocketAddress dead = Origin.dead();
    List<Supplier<Script>> scripts =
        List.of(
            () -> Script.to(GOOD.address()),
            () -> Script.of(Script.answer(403, "no")),
            () -> Script.to(dead),
            () -> Script.of(Script.pause(Duration.ofMillis(1)), go(), Script.deliver()),
            () ->
                Script.of(
                    Script.send(BAD.address(), null, 1 << 16), ifReplayable(), Script.deliver()),
            () -> Script.of(Script.send(dead), go(), Script.deliver()),
            () ->
                Script.of(Script.send(GOOD.address(), Duration.ofMillis(3), 0), Script.deliver()));
    String[] hosts = new String[scripts.size()];
    for (int i = 0; i < hosts.length; i++) {
      hosts[i] = "e" + i + "-" + authority;
      calls.add(script(hosts[i], scripts.get(i)));
    }
    return hosts;
  }

  private static Script.Next go() {
    return Script.send(GOOD.address(), Duration.ofSeconds(20), 0);
  }

  /** A retry, where the request can be sent again. */
  private static Script.Next ifReplayable() {
    return call -> {
      List<Outcome> outcomes = call.outcomes();
      return outcomes.get(outcomes.size() - 1).replayable()
          ? Script.send(GOOD.address()).of(call)
          : new Step.Deliver(dev.weft.bridge.HeaderEdits.NONE);
    };
  }

  private static Request request(String host, Random random) {
    String url = SCHEME + host;
    return switch (random.nextInt(7)) {
      case 0 -> Request.get(url + "/big/" + random.nextInt(200_000));
      case 1 -> Request.get(url + "/chunked/" + random.nextInt(200_000));
      case 2 -> Request.post(url + "/echo", Bytes.of(random.nextInt(20_000)), Sending.MEMORY);
      case 3 -> Request.post(url + "/echo", Bytes.of(random.nextInt(20_000)), streamed(random));
      case 4 -> Request.get(url + "/status/404");
      case 5 -> Request.get(url + "/empty/204");
      default -> Request.get(url + "/echo");
    };
  }

  private static Sending streamed(Random random) {
    if (!PROBE.features().contains(Feature.ONE_SHOT_BODY)) {
      return Sending.MEMORY;
    }
    return random.nextBoolean() ? Sending.STREAMED : Sending.CHUNKED;
  }
}
