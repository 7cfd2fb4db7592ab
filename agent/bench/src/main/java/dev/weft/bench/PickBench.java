package dev.weft.bench;

import dev.weft.engine.balance.Balancer;
import dev.weft.engine.balance.Upstream;
import dev.weft.engine.config.Cluster.LoadBalancing;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Picking one of ten endpoints, with its count up and down. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PickBench {

  @Param private LoadBalancing balancing = LoadBalancing.LEAST_REQUEST;

  private final RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
  private Balancer balancer = balancer(balancing);

  private Balancer balancer(LoadBalancing policy) {
    return new Balancer(
        dev.weft.bench.Setup.cluster("v1", policy, 10), random, System::nanoTime, null);
  }

  @Setup
  public void choose() {
    balancer = balancer(balancing);
  }

  @Benchmark
  public Upstream pick() {
    Upstream upstream = Objects.requireNonNull(balancer.pick(random));
    upstream.begin();
    upstream.end();
    return upstream;
  }
}
