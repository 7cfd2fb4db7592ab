package dev.weft.bench;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Context;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.Engine;
import dev.weft.engine.telemetry.Sampler;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Whole calls through the engine, metrics included: all that an adapter asks of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CallBench {

  private final Engine plain = Setup.engine(null);
  private final Engine traced = Setup.engine(Sampler.ratio(0.01).parentBased());
  private final RequestHead request = Setup.request();
  private final RequestHead arriving = Setup.arriving(false);
  private final RequestHead arrivingTraced = Setup.arriving(true);
  private final Outcome.Head response = new Outcome.Head(200, Setup.response(), true);
  private final Completion completion = Completion.of(295);
  private final Peer peer = new Peer(null, null);

  /** A request of the application, no inbound request behind it, no spans. */
  @Benchmark
  public void outbound(Blackhole hole) {
    outbound(plain, hole);
  }

  /** The same with spans, one in a hundred recorded. */
  @Benchmark
  public void outboundTraced(Blackhole hole) {
    outbound(traced, hole);
  }

  /** A request that arrives and is answered. */
  @Benchmark
  public void inbound(Blackhole hole) {
    end(begin(plain, arriving, hole), hole);
  }

  @Benchmark
  public void inboundTraced(Blackhole hole) {
    end(begin(traced, arrivingTraced, hole), hole);
  }

  /** A request that arrives and causes another: both sides, headers carried. */
  @Benchmark
  public void hop(Blackhole hole) {
    hop(plain, arriving, hole);
  }

  @Benchmark
  public void hopTraced(Blackhole hole) {
    hop(traced, arrivingTraced, hole);
  }

  private void hop(Engine engine, RequestHead head, Blackhole hole) {
    InboundCall call = begin(engine, head, hole);
    InboundCall before = Context.enter(call);
    outbound(engine, hole);
    Context.exit(before);
    end(call, hole);
  }

  private InboundCall begin(Engine engine, RequestHead head, Blackhole hole) {
    InboundCall call = engine.inbound(peer, head);
    hole.consume(call.verdict());
    return call;
  }

  private void end(InboundCall call, Blackhole hole) {
    HeaderEdits edits = call.responding(200, response.headers());
    hole.consume(edits);
    call.finished(200, completion);
  }

  private void outbound(Engine engine, Blackhole hole) {
    OutboundCall call = Objects.requireNonNull(engine.outbound(request));
    Step send = call.start();
    hole.consume(send);
    hole.consume(call.ended(response));
    call.finished(completion);
  }
}
