package dev.weft.bench;

import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authz.Arrived;
import dev.weft.engine.authz.Authorizer;
import dev.weft.engine.authz.Decision;
import dev.weft.engine.config.SpiffeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
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

/** Deciding whether a request may be served. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AuthorizationBench {

  private final Authorizer few =
      Authorizer.compile(Setup.authorization(1, 3), null, InstantSource.system());
  private final Authorizer many =
      Authorizer.compile(Setup.authorization(100, 10), null, InstantSource.system());
  private final RequestHead request = Setup.request();
  private final SpiffeId caller = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/caller-2");
  private final Peer peer =
      new Peer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000),
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 9080));

  /** Three rules, of which the last lets the request in. */
  @Benchmark
  public Decision threeRules() {
    return decide(few);
  }

  /** A hundred policies of ten rules each, of which one lets the request in. */
  @Benchmark
  public Decision thousandRules() {
    return decide(many);
  }

  private Decision decide(Authorizer authorizer) {
    return authorizer.decide(new Arrived(request, peer, caller, null), (what, policy) -> {});
  }
}
