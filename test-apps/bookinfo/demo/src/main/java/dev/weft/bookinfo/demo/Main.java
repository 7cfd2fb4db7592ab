package dev.weft.bookinfo.demo;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Repository;
import dev.weft.harness.SuppressForbidden;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/** The command: runs the demo, stays up unless told otherwise, and leaves nothing running. */
public final class Main {

  private static final long WATCH_MILLIS = 500;

  private final Workspace workspace;
  private final Stack stack;
  private final Console console;
  private volatile boolean stopping;

  private Main(Workspace workspace, Stack stack, Console console) {
    this.workspace = workspace;
    this.stack = stack;
    this.console = console;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    exit(run(List.of(args)));
  }

  /** 0: all held; 1: a promise was missed, or the demo could not run; 2: bad usage. */
  private static int run(List<String> args) throws IOException, InterruptedException {
    Console console = new Console(System.out, Boolean.getBoolean("demo.terminal"));
    try {
      Options options = Options.parse(args);
      Repository repository = Repository.here();
      Workspace workspace = Workspace.create(repository, options.logs());
      return new Main(workspace, new Stack(repository, workspace), console).run(options);
    } catch (HarnessException e) {
      System.err.println(e.getMessage());
      return 2;
    }
  }

  private int run(Options options) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    try (TraceSink sink = TraceSink.start()) {
      try {
        return play(options, sink);
      } finally {
        clean(); // before the sink: agents send their last spans while they stop
      }
    } catch (HarnessException | IOException e) {
      if (!stopping) {
        console.line("");
        System.err.println(e instanceof HarnessException ? e.getMessage() : e.toString());
      }
      return 1;
    }
  }

  private int play(Options options, TraceSink sink)
      throws IOException, HarnessException, InterruptedException {
    URI collector = options.otlp() == null ? sink.endpoint() : options.otlp();
    Mesh mesh = new Opening(stack, console).play(collector);
    Checks checks = new Checks();
    Report report = new Report(console, checks);
    Metrics before = mesh.metrics("productpage");
    Security security = new Security(mesh, workspace, console, report);
    Tally sent = new Demo(mesh, workspace, console, report).play(security);
    Closing closing = new Closing(mesh, console, report);
    closing.metrics(before, sent);
    security.shares();
    if (options.otlp() == null) {
      closing.traces(sink.traces());
    } else {
      console.line("Traces: sent to %s%n", collector);
    }
    closing.agents();
    int verdict = verdict(checks);
    if (!options.ci()) {
      closing.invite(workspace);
      watch();
    }
    return verdict;
  }

  private int verdict(Checks checks) {
    List<String> misses = checks.misses();
    if (misses.isEmpty()) {
      console.line("All %d checks held.%n", checks.total());
      return 0;
    }
    console.line("%d of %d checks missed:", misses.size(), checks.total());
    misses.forEach(miss -> console.line("  %s", miss));
    return 1;
  }

  /** Until Ctrl-C, or until a process has ended by itself. */
  private void watch() throws HarnessException, InterruptedException {
    while (true) {
      for (Child lost : stack.lost()) {
        throw new HarnessException(lost.name() + " has ended by itself:\n" + lost.tail());
      }
      Thread.sleep(WATCH_MILLIS);
    }
  }

  /** Ctrl-C: what fails from now on fails because of it. */
  private void stop() {
    stopping = true;
    clean();
  }

  /** On every way out: the end of the demo, a failure, Ctrl-C. */
  private synchronized void clean() {
    try {
      stack.close();
      workspace.close();
    } catch (IOException e) {
      System.err.println("the temporary directory could not be removed: " + e);
    } catch (InterruptedException e) {
      System.err.println("interrupted while stopping; processes may be left");
      Thread.currentThread().interrupt();
    }
  }

  @SuppressForbidden("this is a main method: its exit status is its result")
  private static void exit(int status) {
    System.exit(status);
  }
}
