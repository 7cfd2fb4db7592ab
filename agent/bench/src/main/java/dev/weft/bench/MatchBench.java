package dev.weft.bench;

import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.routing.Authority;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.routing.Rule;
import dev.weft.engine.routing.Rules;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding the rule of a request and drawing its cluster. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MatchBench {

  private final Rules bookinfo = rules(Setup.bookinfo());
  private final Rules twenty = rules(Setup.prefixes(20));
  private final Rules many = rules(Setup.many(1000, 100));
  private final RequestHead request = Setup.request();
  private final RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

  private static Rules rules(RouteTable table) {
    return Rules.compile(table, Objects.requireNonNull(Authority.parse(Setup.REVIEWS)));
  }

  /** A header rule that does not hold, then 80/20. */
  @Benchmark
  public Destination bookinfo() {
    return match(bookinfo);
  }

  /** Nineteen prefixes that do not match, then one that does. */
  @Benchmark
  public Destination twentyPrefixes() {
    return match(twenty);
  }

  /** A hundred header rules and 999 paths that do not match, then one that does. */
  @Benchmark
  public Destination thousandRoutes() {
    return match(many);
  }

  private Destination match(Rules rules) {
    Rule rule = Objects.requireNonNull(rules.match(request, request.headers()));
    return rule.pick(random);
  }
}
