package dev.weft.bookinfo.demo;

import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The demo's story, in order. */
final class Demo {

  private static final int REQUESTS = 2_000;
  private static final String JASON = "jason";
  private static final Set<String> SERVICES =
      Set.of("productpage", "details", "reviews", "ratings");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Workspace workspace;
  private final Stack stack;
  private final Console console;
  private final Checks checks = new Checks();
  private final Report report;

  Demo(Workspace workspace, Stack stack, Console console) {
    this.workspace = workspace;
    this.stack = stack;
    this.console = console;
    this.report = new Report(console, checks);
  }

  /** Starts everything and waits until it serves; the product page's address. */
  URI start(URI spans) throws IOException, HarnessException, InterruptedException {
    console.line("Weft bookinfo: plain Java applications, one agent, no proxy%n");
    long begin = System.nanoTime();
    ControlService control = stack.startControl();
    console.line("Control service at %s after %s", control.address(), since(begin));
    URI productpage = stack.startApplications(control, spans);
    console.line("%d applications ready after %s", Workload.ALL.size(), since(begin));
    awaitServing(new Shopper(productpage));
    console.line("All registered and serving after %s%n", since(begin));
    return productpage;
  }

  /** Sends traffic, changes the rules twice, and checks what comes of it. */
  Checks tell(URI productpage) throws IOException, InterruptedException {
    Shopper shopper = new Shopper(productpage);
    split(shopper);
    shift(shopper);
    user(shopper);
    return checks;
  }

  /** What there is to see and to try while the demo stays up. */
  void invite(URI productpage) {
    console.line("Product page   %s/productpage", productpage);
    console.line("  as jason     curl -H 'end-user: jason' %s/productpage", productpage);
    console.line("Rules          %s: edit them, they take effect as you save", workspace.routing());
    console.line("Output         %s", workspace.logs());
    console.line("%nCtrl-C stops everything.");
  }

  private void split(Shopper shopper) throws InterruptedException {
    console.line("Split: reviews v1 80, v2 20");
    report.split(new Tally(send(shopper, n -> null)), Map.of("v1", 80, "v2", 20), 3);
    console.line("");
  }

  private void shift(Shopper shopper) throws IOException, InterruptedException {
    console.line("Shift under load: reviews v1 40, v3 60");
    Change change =
        Change.measure(
            shopper,
            n -> null,
            () -> workspace.replaceRouting("shift.yaml"),
            List.of(
                new Proof(
                    "productpage",
                    sample -> sample.reviewedBy("v3"),
                    sample -> sample.reviewedBy("v2"))));
    report.change(change);
    report.split(new Tally(send(shopper, n -> null)), Map.of("v1", 40, "v3", 60), 4);
    console.line("");
  }

  /** Jason's header reaches ratings' rule through two applications that do not forward it. */
  private void user(Shopper shopper) throws IOException, InterruptedException {
    console.line("Rule for end-user: jason, under load: reviews v2 50, v3 50, with ratings v2");
    Change change =
        Change.measure(
            shopper,
            Demo::everySecondIsJason,
            () -> workspace.replaceRouting("user.yaml"),
            List.of(
                new Proof(
                    "productpage",
                    sample -> jason(sample) && sample.reviewedBy("v2"),
                    sample -> jason(sample) && sample.reviewedBy("v1")),
                ratingsProof("v2"),
                ratingsProof("v3")));
    report.change(change);

    List<Sample> all = send(shopper, Demo::everySecondIsJason);
    Tally his = new Tally(all.stream().filter(Demo::jason).toList());
    Tally others = new Tally(all.stream().filter(sample -> !jason(sample)).toList());
    console.line("  jason, %,d of %,d requests", his.requests(), all.size());
    report.split(his, Map.of("v2", 50, "v3", 50), 5);
    report.exactly(his.requests(), his.ratedBy("v2"), "with stars from ratings v2");
    console.line("  everybody else");
    report.split(others, Map.of("v1", 40, "v3", 60), 5);
    report.exactly(0, others.ratedBy("v2"), "with stars from ratings v2");
    console.line("");
  }

  private static Proof ratingsProof(String reviews) {
    return new Proof(
        "reviews " + reviews,
        sample -> jason(sample) && sample.reviewedBy(reviews) && sample.ratedBy("v2"),
        sample -> jason(sample) && sample.reviewedBy(reviews) && !sample.ratedBy("v2"));
  }

  private static @Nullable String everySecondIsJason(int n) {
    return n % 2 == 0 ? JASON : null;
  }

  private static boolean jason(Sample sample) {
    return JASON.equals(sample.user());
  }

  /** Waits for the last spans: agents send them in batches. */
  void traces(Traces traces) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Optional<Traces.Trace> whole = traces.spanning(SERVICES);
    while (whole.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(100);
      whole = traces.spanning(SERVICES);
    }
    String mark =
        checks.check(
            whole.isPresent(), "no trace spans all services", "one connected trace of them all");
    console.line(
        "Traces: %,d with %,d spans, %,d of them connected",
        traces.count(), traces.spans(), traces.connected());
    console.line(
        "  one through all services: %s%s%n",
        whole.map(t -> t.id() + ", " + t.spans() + " spans").orElse("none"), mark);
  }

  private List<Sample> send(Shopper shopper, IntFunction<@Nullable String> users)
      throws InterruptedException {
    return Load.send(
        shopper,
        REQUESTS,
        users,
        done -> console.progress("  %,d of %,d requests", done, REQUESTS));
  }

  private void awaitServing(Shopper shopper) throws HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Sample last = shopper.ask(null);
    int inRow = 0;
    while (inRow < 20) {
      if (System.nanoTime() > deadline) {
        throw new HarnessException("the product page does not serve; its last answer: " + last);
      }
      last = shopper.ask(null);
      inRow = last.failed() ? 0 : inRow + 1;
    }
  }

  private static String since(long begin) {
    return Console.duration(Duration.ofNanos(System.nanoTime() - begin));
  }
}
