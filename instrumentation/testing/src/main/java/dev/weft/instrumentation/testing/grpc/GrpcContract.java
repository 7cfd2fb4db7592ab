package dev.weft.instrumentation.testing.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.Script;
import dev.weft.instrumentation.testing.ScriptedCall;
import dev.weft.instrumentation.testing.ScriptedInbound;
import dev.weft.instrumentation.testing.ScriptedMesh;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the contracts of gRPC share: a channel to a host of the mesh, and two servers. After each
 * test every call has ended once on both sides, and no hook has failed.
 */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class GrpcContract {

  static final ScriptedMesh MESH = ScriptedMesh.INSTANCE;
  static final int KEEP = 1 << 16;

  private static final AtomicInteger TESTS = new AtomicInteger();

  final String authority = "g" + TESTS.incrementAndGet() + ".mesh:9080";
  final Echo one = new Echo("one");
  final Echo two = new Echo("two");
  final Server first = Grpc.serve(one);
  final Server second = Grpc.serve(two);
  final ManagedChannel channel = Grpc.channel(authority).build();
  ScriptedMesh.Calls calls = MESH.script(authority, head -> null);

  @BeforeEach
  void admitAll() {
    MESH.admitAll();
  }

  /** The channel's calls follow such a script. */
  final void script(Supplier<Script> script) {
    calls = MESH.script(authority, head -> script.get());
  }

  /** Always to these, one after the other, and deliver; with retries of what is safe to retry. */
  final void route(InetSocketAddress... addresses) {
    AtomicInteger next = new AtomicInteger();
    script(
        () ->
            new Retrying(
                () -> addresses[Math.floorMod(next.getAndIncrement(), addresses.length)], KEEP));
  }

  /** Tries again after failed connections, refused streams, and status UNAVAILABLE. */
  record Retrying(Supplier<InetSocketAddress> addresses, int keep) implements Script {

    private static final int TRIES = 3;

    @Override
    public Step start(ScriptedCall call) {
      return Script.send(addresses.get(), null, keep).of(call);
    }

    @Override
    public Step ended(ScriptedCall call, Outcome outcome) {
      boolean wanted =
          outcome instanceof Outcome.Head head
              ? "14".equals(head.headers().first("grpc-status"))
              : outcome instanceof Outcome.Failed failed
                  && (failed.kind() == Outcome.Kind.CONNECT
                      || failed.kind() == Outcome.Kind.REFUSED);
      boolean again = wanted && outcome.replayable() && call.outcomes().size() < TRIES;
      return again ? new Step.Wait(Duration.ofMillis(1), null) : Script.deliver().of(call);
    }
  }

  final Outcome.Failed failure() {
    return (Outcome.Failed) calls.only().outcomes().get(0);
  }

  static HeaderEdits setting(String name, String value) {
    return HeaderEdits.setting(java.util.List.of(java.util.Map.entry(name, value)));
  }

  @AfterEach
  void everyCallEndedOnce() throws Exception {
    channel.shutdownNow();
    first.shutdownNow();
    second.shutdownNow();
    for (ScriptedCall call : calls.all()) {
      call.over().get(10, TimeUnit.SECONDS);
      assertThat(call.isEndedOnce()).as(call.toString()).isTrue();
      assertThat(call.mistakes()).as(call.toString()).isEmpty();
    }
    for (ScriptedInbound call : MESH.inbound()) {
      call.end().get(10, TimeUnit.SECONDS);
      assertThat(call.ends()).as(call.toString()).isEqualTo(1);
    }
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).as("channel ended").isTrue();
    assertThat(MESH.suppressed()).isEmpty();
    Awaitility.await().untilAsserted(() -> assertThat(MESH.timers()).as("timers").isZero());
  }
}
