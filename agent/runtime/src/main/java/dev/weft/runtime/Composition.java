package dev.weft.runtime;

import dev.weft.bridge.Weft;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineSettings;
import dev.weft.engine.FailMode;
import dev.weft.engine.Listeners;
import dev.weft.engine.telemetry.Sampler;
import dev.weft.telemetry.AgentTelemetry;
import dev.weft.telemetry.spans.OtlpSettings;
import dev.weft.telemetry.spans.Samplers;
import dev.weft.xds.ChannelFactory;
import dev.weft.xds.ControlClient;
import dev.weft.xds.ControlLog;
import dev.weft.xds.ControlSettings;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The agent, put together: beside the application's start, on a thread of its own. First the
 * engine, for which the application may be waiting already; then what needs the network.
 */
final class Composition {

  /** How long the process stays for the last spans, once the application has stopped. */
  private static final Duration LAST_SPANS = Duration.ofSeconds(1);

  private final Settings settings;
  private final Log log;
  private final Coverage coverage;
  private final Instrumentation instrumentation;
  private final ControlLine line = new ControlLine();
  private final long begun = System.nanoTime();

  Composition(Settings settings, Log log, Coverage coverage, Instrumentation instrumentation) {
    this.settings = settings;
    this.log = log;
    this.coverage = coverage;
    this.instrumentation = instrumentation;
  }

  /** Returns at once; from now on, calls find a mesh. */
  void begin() {
    Weft.onSuppressed(new Complaints(log));
    WithoutEngine instead = new WithoutEngine(settings.get(Setting.FAIL_MODE));
    Gate gate = new Gate(settings.get(Setting.START_TIMEOUT), instead);
    Weft.install(gate);
    AgentThreads.own("start").newThread(() -> compose(gate)).start();
  }

  private void compose(Gate gate) {
    try {
      Identity identity =
          Identity.of(settings, new SecureRandom().nextLong(), LocalAddress.guess(settings));
      AgentTelemetry telemetry = telemetry(identity);
      Engine engine = engine(identity, telemetry);
      gate.open(engine);
      Weft.install(engine);
      connect(identity, engine, telemetry);
    } catch (RuntimeException | LinkageError | IOException e) {
      // Said first: a short-lived application may be over once it goes on.
      log.warn("the agent could not start: " + e);
      log.debug(Complaints.trace(e));
      gate.fail(); // calls that wait meet the fail mode; an engine that is there already stays
    }
  }

  private AgentTelemetry telemetry(Identity identity) {
    OtlpSettings otlp = null;
    try {
      otlp = OtlpSettings.read(this::variable, identity.name());
    } catch (IllegalArgumentException e) {
      log.warn(e.getMessage() + "; no spans are sent");
    }
    return new AgentTelemetry(identity.workload(), otlp, log::warn);
  }

  private @Nullable String variable(String name) {
    return settings.otel(name.toLowerCase(java.util.Locale.ROOT).replace('_', '.'));
  }

  private Engine engine(Identity identity, AgentTelemetry telemetry) {
    EngineSettings own =
        EngineSettings.of(identity.workload())
            .withFailMode(FailMode.valueOf(settings.get(Setting.FAIL_MODE).name()))
            .withStartTimeout(settings.get(Setting.START_TIMEOUT))
            .withContextHeaders(settings.get(Setting.CONTEXT_HEADERS))
            .withSampler(sampler());
    return Engine.builder(own, line)
        .telemetry(telemetry)
        .listeners(identity.named() ? line : Listeners.NONE)
        .scheduler(new Timer(AgentThreads.lent("timer"), System::nanoTime))
        .build();
  }

  private Sampler sampler() {
    double percent = settings.get(Setting.TRACE_SAMPLING);
    try {
      return Samplers.read(this::variable, percent);
    } catch (IllegalArgumentException e) {
      log.warn(e.getMessage() + "; taking weft.trace.sampling");
      return Samplers.read(name -> null, percent);
    }
  }

  private void connect(Identity guessed, Engine engine, AgentTelemetry telemetry)
      throws IOException {
    InetSocketAddress control = settings.get(Setting.CONTROL).orElseThrow();
    Identity identity = guessed.at(LocalAddress.towards(control, settings));
    Pages pages = new Pages(identity, engine, line, coverage);
    pages.register(telemetry.metrics());
    InetSocketAddress metrics = serve(pages, telemetry);
    ControlClient client =
        ControlClient.start(
            ControlSettings.of(
                control.getHostString(), control.getPort(), identity.forControl(metrics)),
            new ControlClient.Surroundings(engine::update, workers(), controlLog()),
            ChannelFactory.plaintext());
    line.ready().thenRun(this::synced);
    line.attach(client);
    coverage.onChange(() -> line.coverage(coverage.libraries()));
    telemetry.start();
    surroundShutdown(engine, telemetry);
    log.info(
        identity.describe()
            + ", control service "
            + control.getHostString()
            + ":"
            + control.getPort());
  }

  private void synced() {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    log.info("synced: the first configuration is in force, " + millis + " ms after the start");
  }

  private InetSocketAddress serve(Pages pages, AgentTelemetry telemetry) throws IOException {
    return AdminEndpoint.start(
            settings.get(Setting.METRICS_ADDRESS),
            pages.all(telemetry),
            AgentThreads.own("pages"),
            log)
        .address();
  }

  /** Runs what waited for configuration: the application's own code, which may wait in turn. */
  private static ThreadPoolExecutor workers() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        AgentThreads.lent("worker"));
  }

  private ControlLog controlLog() {
    return new ControlLog() {
      @Override
      public void info(String line) {
        log.info(line);
      }

      @Override
      public void warn(String line) {
        log.warn(line);
      }
    };
  }

  private void surroundShutdown(Engine engine, AgentTelemetry telemetry) {
    Drain drain = new Drain(engine, line, settings.get(Setting.DRAIN_TIMEOUT), log);
    Runnable last = () -> telemetry.stop(LAST_SPANS);
    try {
      ShutdownSequence.surround(instrumentation, drain, last);
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.warn("the workload leaves the mesh only while the application stops already: " + e);
      Runtime.getRuntime()
          .addShutdownHook(
              AgentThreads.own("drain")
                  .newThread(
                      () -> {
                        drain.run();
                        last.run();
                      }));
    }
  }
}
