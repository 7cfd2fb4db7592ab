package dev.weft.testapps.bench;

import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Repository;
import dev.weft.harness.SuppressForbidden;
import dev.weft.harness.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The cost of a start: CPU, wall-clock time and memory of two applications until they are ready,
 * and until the agent has its configuration, against the same start without the agent; and how much
 * longer the tools of the JDK take when the agent is in their environment.
 */
public final class StartBench {

  private static final List<String> OPTIONS = List.of("--identity", "--rounds", "--seed");

  private final Repository repository;
  private final int rounds;
  private final long seed;
  private final Random random;
  private final boolean identity;

  private StartBench(Repository repository, Arguments arguments) throws HarnessException {
    this.repository = repository;
    this.rounds = arguments.number("--rounds", 10);
    this.seed = arguments.number("--seed", 1);
    this.random = new Random(seed);
    this.identity = arguments.yes("--identity", true);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    exit(run(List.of(args)));
  }

  private static int run(List<String> args) throws IOException, InterruptedException {
    try {
      new StartBench(Repository.here(), new Arguments(args, OPTIONS)).run();
      return 0;
    } catch (HarnessException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  private void run() throws IOException, HarnessException, InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "%s%n%d rounds, %s identity, seed %d%n%n",
        Machine.describe(),
        rounds,
        identity ? "with an" : "without",
        seed);
    try (TemporaryDirectory directory = TemporaryDirectory.create("weft-bench-")) {
      Path logs = directory.directory("logs");
      try (ControlService control =
          ControlService.start(
              repository, directory.directory("config"), directory.directory("state"), logs)) {
        control.awaitServing();
        Map<String, String> member =
            identity
                ? control.identifiedEnvironment("bench", "v1")
                : control.environment("bench", "v1");
        applications(member, logs);
        tools(member);
      }
    }
  }

  private void applications(Map<String, String> member, Path logs)
      throws IOException, HarnessException, InterruptedException {
    Startable tiny =
        new Startable(
            "Tomcat",
            List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "dev.weft.testapps.bench.app.EchoApp"));
    Startable boot =
        new Startable(
            "Spring Boot",
            List.of(
                "-jar",
                repository.existing("test-apps/bookinfo/reviews/target/reviews.jar").toString()));
    Starts starts = new Starts();
    for (int round = 0; round <= rounds; round++) {
      for (Startable application : List.of(tiny, boot)) {
        System.err.printf(Locale.ROOT, "round %d of %d: %s%n", round, rounds, application.name());
        Start plain;
        Start weft;
        if (random.nextBoolean()) {
          plain = application.start(Map.of(), logs);
          weft = application.start(member, logs);
        } else {
          weft = application.start(member, logs);
          plain = application.start(Map.of(), logs);
        }
        if (round > 0) { // the first fills the file cache
          starts.add(application.name(), plain, weft);
        }
      }
    }
    System.out.println(starts.table());
  }

  private void tools(Map<String, String> member)
      throws IOException, HarnessException, InterruptedException {
    Table table = new Table("tool, ms", "plain", "with JAVA_TOOL_OPTIONS", "longer");
    for (Tool tool : Tool.ALL) {
      List<Double> plain = new ArrayList<>();
      List<Double> weft = new ArrayList<>();
      List<Double> longer = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        List<Boolean> order = new ArrayList<>(List.of(true, false));
        Collections.shuffle(order, random);
        double[] millis = new double[2];
        for (boolean attached : order) {
          millis[attached ? 1 : 0] = tool.run(attached ? member : Map.of());
        }
        if (round > 0) {
          plain.add(millis[0]);
          weft.add(millis[1]);
          longer.add(millis[1] - millis[0]);
        }
      }
      table.row(
          tool.name(),
          Spread.of(plain).text(0),
          Spread.of(weft).text(0),
          Spread.of(longer).text(0));
    }
    System.out.println();
    System.out.println(table);
  }

  @SuppressForbidden("this is a main method: its exit status is its result")
  private static void exit(int status) {
    System.exit(status);
  }
}
