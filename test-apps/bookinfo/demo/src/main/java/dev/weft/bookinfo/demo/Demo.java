package dev.weft.bookinfo.demo;

import dev.weft.harness.HarnessException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The story itself: a split, a shift under load, a rule for one user, faults for the same, no more
 * plaintext.
 */
final class Demo {

  private static final int REQUESTS = 2_000;
  private static final String JASON = "jason";

  private final Mesh mesh;
  private final Workspace workspace;
  private final Console console;
  private final Report report;
  private final Shopper shopper;
  private final List<Sample> all = new ArrayList<>();

  Demo(Mesh mesh, Workspace workspace, Console console, Report report) {
    this.mesh = mesh;
    this.workspace = workspace;
    this.console = console;
    this.report = report;
    this.shopper = new Shopper(mesh.product());
  }

  /** Sends traffic and changes the rules; every request that was sent. */
  Tally play(Security security) throws IOException, HarnessException, InterruptedException {
    split();
    shift();
    user();
    all.addAll(
        new Faults(workspace, console, report, shopper, JASON).play(Demo::everySecondIsJason));
    all.addAll(security.strict(shopper));
    return new Tally(all);
  }

  private void split() throws InterruptedException {
    console.line("Split: reviews v1 80, v2 20");
    report.split(new Tally(send(n -> null)), Map.of("v1", 80, "v2", 20), 3);
    console.line("");
  }

  private void shift() throws IOException, HarnessException, InterruptedException {
    console.line("Shift under load: reviews v1 40, v3 60");
    change(
        n -> null,
        "shift.yaml",
        List.of(
            new Proof(
                "productpage",
                sample -> sample.reviewedBy("v3"),
                sample -> sample.reviewedBy("v2"))));
    report.split(new Tally(send(n -> null)), Map.of("v1", 40, "v3", 60), 4);
    console.line("");
  }

  /** Jason's header reaches ratings' rule through two applications that do not forward it. */
  private void user() throws IOException, HarnessException, InterruptedException {
    console.line("Rule for end-user: jason, under load: reviews v2 50, v3 50, stars of ratings v2");
    change(
        Demo::everySecondIsJason,
        "user.yaml",
        List.of(
            new Proof(
                "productpage",
                sample -> isJason(sample) && sample.reviewedBy("v2"),
                sample -> isJason(sample) && sample.reviewedBy("v1")),
            ratingsProof("v2"),
            ratingsProof("v3")));
    List<Sample> samples = send(Demo::everySecondIsJason);
    Tally jason = new Tally(samples.stream().filter(Demo::isJason).toList());
    Tally others = new Tally(samples.stream().filter(sample -> !isJason(sample)).toList());
    console.line("  Jason");
    report.split(jason, Map.of("v2", 50, "v3", 50), 5);
    report.exactly(jason.requests(), jason.ratedBy("v2"), "stars of ratings v2");
    console.line("  everybody else");
    report.split(others, Map.of("v1", 40, "v3", 60), 5);
    report.exactly(0, others.ratedBy("v2"), "stars of ratings v2");
    console.line("");
  }

  private void change(IntFunction<@Nullable String> users, String file, List<Proof> proofs)
      throws IOException, HarnessException, InterruptedException {
    Change change = Change.measure(shopper, users, () -> workspace.replaceRouting(file), proofs);
    all.addAll(change.samples());
    report.change(change, mesh.control().status());
  }

  private List<Sample> send(IntFunction<@Nullable String> users) throws InterruptedException {
    List<Sample> samples =
        Load.send(
            shopper,
            REQUESTS,
            users,
            done -> console.progress("  %,d of %,d requests", done, REQUESTS));
    all.addAll(samples);
    return samples;
  }

  private static Proof ratingsProof(String reviews) {
    return new Proof(
        "reviews " + reviews,
        sample -> isJason(sample) && sample.reviewedBy(reviews) && sample.ratedBy("v2"),
        sample -> isJason(sample) && sample.reviewedBy(reviews) && !sample.ratedBy("v2"));
  }

  private static @Nullable String everySecondIsJason(int n) {
    return n % 2 == 0 ? JASON : null;
  }

  private static boolean isJason(Sample sample) {
    return JASON.equals(sample.user());
  }
}
