package dev.weft.bookinfo.demo;

import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import dev.weft.harness.MeshStatus;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The first act: everything is started, and waited for until it serves. */
final class Opening {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 50;
  private static final int IN_A_ROW = 20;

  private final Stack stack;
  private final Console console;
  private final long begin = System.nanoTime();

  Opening(Stack stack, Console console) {
    this.stack = stack;
    this.console = console;
  }

  /**
   * Starts the mesh.
   *
   * @param collector where the applications' spans go
   */
  Mesh play(URI collector) throws IOException, HarnessException, InterruptedException {
    console.line("Weft bookinfo: plain Java applications, one agent, no proxy%n");
    ControlService control = stack.startControl();
    console.line("  control service                %8s", elapsed());
    Mesh mesh = new Mesh(control, stack.startApplications(control, collector));
    console.line("  %d applications ready           %8s", Workload.ALL.size(), elapsed());
    awaitRegistered(control);
    console.line("  registered, agents in sync     %8s", elapsed());
    awaitServing(new Shopper(mesh.productpage()));
    console.line("  serving                        %8s%n", elapsed());
    return mesh;
  }

  private void awaitRegistered(ControlService control)
      throws IOException, HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!registered(control.status().workloads())) {
      if (System.nanoTime() > deadline) {
        throw new HarnessException(
            "registered are only " + control.status().workloads() + " after " + PATIENCE);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Every application listens; ratings on two ports. */
  private static boolean registered(List<MeshStatus.Workload> workloads) {
    return Workload.ALL.stream()
        .allMatch(
            wanted ->
                workloads.stream()
                    .anyMatch(
                        found ->
                            found.name().equals(wanted.service())
                                && found.version().equals(wanted.version())
                                && found.synced()
                                && found.ports() == wanted.ports()));
  }

  private static void awaitServing(Shopper shopper) throws HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int inRow = 0; inRow < IN_A_ROW; ) {
      Sample sample = shopper.ask(null);
      inRow = sample.failed() ? 0 : inRow + 1;
      if (System.nanoTime() > deadline) {
        throw new HarnessException("the product page does not serve: " + sample.failure());
      }
    }
  }

  private String elapsed() {
    return Console.duration(Duration.ofNanos(System.nanoTime() - begin));
  }
}
