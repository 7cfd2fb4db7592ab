package dev.weft.testapps.bench;

import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Repository;
import dev.weft.harness.SuppressForbidden;
import dev.weft.harness.TemporaryDirectory;
import dev.weft.testapps.bench.load.Load;
import dev.weft.testapps.bench.load.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The cost of one hop under load: a pair of applications in two of the ways that {@link Kind}
 * lists, side by side.
 */
public final class RunBench {

  private static final List<String> OPTIONS =
      List.of(
          "--pairs",
          "--starts",
          "--rounds",
          "--seconds",
          "--warmup",
          "--rate",
          "--connections",
          "--requests-per-connection",
          "--seed");

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: echo
      spec:
        selector:
          app: echo
        ports:
        - name: http
          port: 9080
      """;

  private final Repository repository;
  private final int starts;
  private final int rounds;
  private final Duration duration;
  private final Duration warmup;
  private final List<Load> loads;
  private final int requestsPerConnection;
  private final long seed;
  private final Random random;
  private final List<Kind> kinds;
  private final Results results;

  private RunBench(Repository repository, Arguments arguments) throws HarnessException {
    this.repository = repository;
    this.kinds = Kind.two(arguments.text("--pairs", "plain,weft"));
    this.results = new Results(kinds.get(0), kinds.get(1));
    this.starts = arguments.number("--starts", 3);
    this.rounds = arguments.number("--rounds", 3);
    this.duration = Duration.ofSeconds(arguments.number("--seconds", 10));
    this.warmup = Duration.ofSeconds(arguments.number("--warmup", 20));
    int connections = arguments.number("--connections", 16);
    this.loads =
        List.of(new Load(connections, arguments.number("--rate", 1000)), new Load(connections, 0));
    this.requestsPerConnection = arguments.number("--requests-per-connection", 0);
    this.seed = arguments.number("--seed", 1);
    this.random = new Random(seed);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    exit(run(List.of(args)));
  }

  private static int run(List<String> args) throws IOException, InterruptedException {
    try {
      new RunBench(Repository.here(), new Arguments(args, OPTIONS)).run();
      return 0;
    } catch (HarnessException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  private void run() throws IOException, HarnessException, InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "%s%n%d starts of each pair, %d rounds each, %d s a measurement, seed %d%n",
        Machine.describe(),
        starts,
        rounds,
        duration.toSeconds(),
        seed);
    for (int start = 1; start <= starts; start++) {
      try (TemporaryDirectory directory = TemporaryDirectory.create("weft-bench-")) {
        Path configuration = directory.directory("config");
        Files.writeString(configuration.resolve("echo.yaml"), SERVICE);
        Path logs = directory.directory("logs");
        try (ControlService control =
            ControlService.start(repository, configuration, directory.directory("state"), logs)) {
          control.awaitServing();
          measure(control, Certificate.make(directory.path(), logs), logs, start);
        }
      }
    }
    System.out.println();
    System.out.println(results.table());
  }

  private void measure(ControlService control, Path keystore, Path logs, int start)
      throws IOException, HarnessException, InterruptedException {
    try (Pair first = start(0, control, keystore, logs);
        Pair second = start(1, control, keystore, logs)) {
      List<Pair> pairs = new ArrayList<>(List.of(first, second));
      for (Pair pair : pairs) {
        pair.awaitServing();
        pair.run(loads.get(1), warmup);
      }
      for (int round = 1; round <= rounds; round++) {
        for (Load load : loads) {
          Collections.shuffle(pairs, random);
          for (Pair pair : pairs) {
            System.err.printf(
                Locale.ROOT, "start %d, round %d: %s, %s%n", start, round, pair.kind(), load);
            measure(pair, load);
          }
        }
      }
    }
  }

  private Pair start(int kind, ControlService control, Path keystore, Path logs)
      throws IOException, HarnessException, InterruptedException {
    return Pair.start(kinds.get(kind), control, keystore, requestsPerConnection, logs);
  }

  private void measure(Pair pair, Load load) throws HarnessException, InterruptedException {
    Usage before = pair.usage();
    Measured measured = pair.run(load, duration);
    Usage used = pair.usage().since(before);
    if (measured.answers() == 0) {
      throw new HarnessException(
          String.format(Locale.ROOT, "the %s pair: %s", pair.kind(), measured.firstFailure()));
    }
    results.add(load.toString(), pair.kind(), measured, used);
  }

  @SuppressForbidden("this is a main method: its exit status is its result")
  private static void exit(int status) {
    System.exit(status);
  }
}
