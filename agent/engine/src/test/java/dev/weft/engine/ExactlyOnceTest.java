package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.response;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Headers;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.RetryPolicy.On;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.Telemetry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Every call ends once, and no endpoint stays burdened: whatever happens, and at the same time. */
class ExactlyOnceTest {

  private static final int CALLS = 20_000;

  private final long seed = System.nanoTime();
  private final ManualTime time = new ManualTime();
  private final AtomicInteger reports = new AtomicInteger();
  private final Engine engine = engine();

  private Engine engine() {
    ScriptedSource source = new ScriptedSource();
    source.ready.complete(null);
    Random random = new Random(seed);
    return Engine.builder(EngineSettings.of(TestMesh.LOCAL), source)
        .clock(time)
        .scheduler(
            (delay, task) -> {
              throw new AssertionError("the engine sets no timer on this way");
            })
        .random(random)
        .telemetry(
            new Telemetry() {
              @Override
              public void ended(RequestReport report) {
                reports.incrementAndGet();
              }

              @Override
              public void happened(Event event) {}
            })
        .build();
  }

  private static Snapshot snapshot(int endpoints) {
    var all = new Cluster.Endpoint[endpoints];
    for (int i = 0; i < endpoints; i++) {
      all[i] = endpoint(i + 1);
    }
    return Config.snapshot(
        table(
            route(
                any(),
                forward(
                    "v1",
                    Duration.ofSeconds(1),
                    Config.retries(2, On.RESET, On.FIVE_XX, On.CONNECT_FAILURE)))),
        cluster("v1", all));
  }

  /** Plays an adapter, with luck as bad as it gets. */
  private void play(Random random) {
    OutboundCall call = Objects.requireNonNull(engine.outbound(TestMesh.get("/")));
    Step step = call.start();
    while (true) {
      if (random.nextInt(10) == 0) {
        call.cancelled();
        call.cancelled();
        return;
      }
      if (step instanceof Step.Send) {
        step = call.ended(outcome(random));
        if (step instanceof Step.Deliver) {
          end(call, random);
          return;
        }
      } else if (step instanceof Step.Wait) {
        step = call.resume();
      } else {
        return; // answered
      }
    }
  }

  private static Outcome outcome(Random random) {
    boolean replayable = random.nextInt(4) != 0;
    if (random.nextInt(3) == 0) {
      Outcome.Kind[] kinds = Outcome.Kind.values();
      Outcome.Kind kind = kinds[random.nextInt(kinds.length)];
      return new Outcome.Failed(kind, new IOException("bad luck"), replayable);
    }
    return new Outcome.Head(random.nextInt(3) == 0 ? 503 : 200, Headers.NONE, replayable);
  }

  // Also after a failure was delivered, when it means nothing.
  private static void end(OutboundCall call, Random random) {
    if (random.nextInt(5) == 0) {
      call.cancelled();
    }
    IOException failure = random.nextInt(5) == 0 ? new IOException("broken") : null;
    call.finished(new Completion(0, Headers.NONE, failure));
    call.finished(Completion.of(0));
    call.cancelled();
  }

  private void assertQuiet(int calls) {
    assertThat(reports.get()).as("seed %d", seed).isEqualTo(calls);
    assertThat(engine.outboundInFlight()).as("seed %d", seed).isZero();
    var balancer = Objects.requireNonNull(engine.plan().balancers().get("v1"));
    for (int i = 1; i <= 4; i++) {
      assertThat(balancer.active(Config.address(i))).as("seed %d, %d", seed, i).isZero();
    }
  }

  @Test
  void holdsForMixedCalls() {
    engine.update(snapshot(4));
    Random random = new Random(seed);
    for (int i = 0; i < CALLS; i++) {
      play(random);
    }
    assertQuiet(CALLS);
  }

  @Test
  void holdsForManyThreadsWhileTheConfigurationChanges() throws Exception {
    engine.update(snapshot(4));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> work = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Random random = new Random(seed + t);
      work.add(
          threads.submit(
              () -> {
                for (int i = 0; i < CALLS / 4; i++) {
                  play(random);
                  if (i % 50 == 0) {
                    engine.update(snapshot(1 + random.nextInt(4)));
                  }
                }
              }));
    }
    for (Future<?> future : work) {
      future.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();
    engine.update(snapshot(4));
    assertQuiet(CALLS);
  }

  /** A cancellation by another thread, at any moment of the way. */
  @Test
  void holdsWhenCancellationRaces() throws Exception {
    engine.update(snapshot(4));
    ExecutorService canceller = Executors.newSingleThreadExecutor();
    Random random = new Random(seed);
    int calls = 5_000;
    for (int i = 0; i < calls; i++) {
      OutboundCall call = Objects.requireNonNull(engine.outbound(TestMesh.get("/")));
      CountDownLatch go = new CountDownLatch(1);
      Future<?> cancelled =
          canceller.submit(
              () -> {
                go.await();
                call.cancelled();
                return null;
              });
      Step step;
      go.countDown();
      step = call.start();
      for (int n = random.nextInt(30); n > 0; n--) {
        Thread.onSpinWait();
      }
      if (step instanceof Step.Send && random.nextBoolean()) {
        step = call.ended(response(200));
      }
      if (step instanceof Step.Deliver && random.nextBoolean()) {
        call.finished(Completion.of(0));
      }
      cancelled.get(10, TimeUnit.SECONDS);
    }
    canceller.shutdown();
    assertQuiet(calls);
  }

  /** Faults of the engine itself: the call goes past the mesh, and still ends once. */
  @Test
  void holdsWhenTelemetryFails() {
    ScriptedSource source = new ScriptedSource();
    Engine broken =
        Engine.builder(EngineSettings.of(TestMesh.LOCAL), source)
            .telemetry(
                new Telemetry() {
                  @Override
                  public void ended(RequestReport report) {
                    throw new IllegalStateException("broken");
                  }

                  @Override
                  public void happened(Event event) {}
                })
            .scheduler((delay, task) -> () -> {})
            .build();
    broken.update(snapshot(2));
    OutboundCall call = Objects.requireNonNull(broken.outbound(TestMesh.get("/")));
    call.start();
    assertThat(call.ended(response(200))).isInstanceOf(Step.Deliver.class);
    call.finished(Completion.of(0));
    assertThat(broken.outboundInFlight()).isZero();
  }

  @Test
  void degradesToTheOriginalWhenTheEngineFails() {
    engine.update(snapshot(2));
    AtomicInteger draws = new AtomicInteger();
    ScriptedSource source = new ScriptedSource();
    Recorder recorder = new Recorder();
    Engine broken =
        Engine.builder(EngineSettings.of(TestMesh.LOCAL), source)
            .telemetry(recorder)
            .scheduler((delay, task) -> (Mesh.Cancel) () -> {})
            .random(
                () -> {
                  draws.incrementAndGet();
                  throw new IllegalStateException("no luck at all");
                })
            .build();
    assertThat(draws.get()).isZero();
    broken.update(
        Config.snapshot(
            table(
                route(
                    any(),
                    new Route.Action.Forward(
                        List.of(Config.to("v1", 1), Config.to("v2", 1)),
                        null,
                        null,
                        Config.ISTIO)))));
    OutboundCall call = Objects.requireNonNull(broken.outbound(TestMesh.get("/x")));
    Step.Send sent = TestMesh.send(call.start());
    assertThat(sent.address().getHostString()).isEqualTo("reviews");
    assertThat(sent.target()).isEqualTo("/x");
    assertThat(sent.edits().isEmpty()).isTrue();
    TestMesh.deliver(call.ended(response(503)));
    call.finished(Completion.of(0));
    assertThat(broken.outboundInFlight()).isZero();
    assertThat(recorder.events).containsExactly(Telemetry.Event.DEGRADED);
  }
}
