package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What would happen if ratings were slow, or broken? One user finds out; nobody else notices. */
final class Faults {

  private static final int REQUESTS = 80;
  private static final Duration DELAY = Duration.ofSeconds(1); // as delay.yaml has it
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Workspace workspace;
  private final Console console;
  private final Report report;
  private final Shopper shopper;
  private final String user;
  private final List<Sample> all = new ArrayList<>();

  Faults(Workspace workspace, Console console, Report report, Shopper shopper, String user) {
    this.workspace = workspace;
    this.console = console;
    this.report = report;
    this.shopper = shopper;
    this.user = user;
  }

  /**
   * @param users who sends the n-th request
   * @return everything that was sent
   */
  List<Sample> play(IntFunction<@Nullable String> users)
      throws IOException, HarnessException, InterruptedException {
    console.line("Faults for %s: ratings is slow, then broken", user);
    inject("delay.yaml", "delayed by a second", Faults::isDelayed, users);
    inject("abort.yaml", "without stars", Sample::failed, users);
    workspace.replaceRouting("user.yaml");
    awaitPage(sample -> !sample.failed(), "well again");
    console.line("");
    return all;
  }

  private void inject(
      String change, String what, Predicate<Sample> fault, IntFunction<@Nullable String> users)
      throws IOException, HarnessException, InterruptedException {
    workspace.replaceRouting(change);
    awaitPage(fault, what);
    List<Sample> samples = Load.send(shopper, REQUESTS, users, done -> {});
    all.addAll(samples);
    List<Sample> own = samples.stream().filter(sample -> user.equals(sample.user())).toList();
    long hit = own.stream().filter(fault).count();
    report.exactly(own.size(), hit, user + "'s pages " + what);
    long others = samples.stream().filter(fault).count() - hit;
    report.exactly(0, others, "other pages " + what);
  }

  private void awaitPage(Predicate<Sample> expected, String what)
      throws HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Sample sample;
    do {
      sample = shopper.ask(user);
      all.add(sample);
      if (System.nanoTime() > deadline) {
        throw new HarnessException("no page of " + user + " is " + what + ": " + sample);
      }
    } while (!expected.test(sample));
  }

  private static boolean isDelayed(Sample sample) {
    return !sample.failed() && sample.end() - sample.start() >= DELAY.toNanos();
  }
}
