package dev.weft.bookinfo.demo;

import dev.weft.harness.ControlService;
import dev.weft.harness.HarnessException;
import dev.weft.harness.MeshStatus;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
    awaitServing(mesh);
    console.line("  serving                        %8s%n", elapsed());
    return mesh;
  }

  private void awaitRegistered(ControlService control)
      throws IOException, HarnessException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Optional<Workload> missing = missing(control);
    while (missing.isPresent()) {
      if (System.nanoTime() > deadline) {
        throw new HarnessException(
            String.format(
                Locale.ROOT,
                "%s has not registered all its ports, or is not in sync; registered are:%n%s%n%s",
                missing.get().name(),
                control.status().workloads(),
                "its output:\n" + stack.tail(missing.get())));
      }
      Thread.sleep(POLL_MILLIS);
      missing = missing(control);
    }
  }

  private static Optional<Workload> missing(ControlService control)
      throws IOException, HarnessException, InterruptedException {
    List<MeshStatus.Workload> registered = control.status().workloads();
    return Workload.ALL.stream()
        .filter(wanted -> registered.stream().noneMatch(wanted::isServedBy))
        .findFirst();
  }

  /** As the probes of a cluster would ask: every application by itself, then the whole. */
  private void awaitServing(Mesh mesh) throws HarnessException, InterruptedException {
    for (URI probe : stack.probes()) {
      new Shopper(probe).awaitServing(1, PATIENCE);
    }
    for (String target : stack.ratingsTargets()) {
      RatingsProbe.awaitServing(target, PATIENCE);
    }
    new Shopper(mesh.product()).awaitServing(IN_A_ROW, PATIENCE);
  }

  private String elapsed() {
    return Console.duration(Duration.ofNanos(System.nanoTime() - begin));
  }
}
