package dev.weft.runtime;

import dev.weft.bridge.SocketLayer;
import dev.weft.bridge.Weft;
import dev.weft.engine.Engine;
import dev.weft.engine.EngineSettings;
import dev.weft.engine.FailMode;
import dev.weft.engine.Listeners;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.telemetry.Sampler;
import dev.weft.engine.wire.MeshWire;
import dev.weft.identity.UpstreamTls;
import dev.weft.telemetry.AgentTelemetry;
import dev.weft.telemetry.spans.OtlpSettings;
import dev.weft.telemetry.spans.Samplers;
import dev.weft.weaver.Report;
import dev.weft.xds.ChannelFactory;
import dev.weft.xds.ControlClient;
import dev.weft.xds.ControlLog;
import dev.weft.xds.ControlSettings;
import dev.weft.xds.callout.Callouts;
import dev.weft.xds.callout.HttpCallouts;
import dev.weft.xds.callout.ProviderClient;
import dev.weft.xds.callout.RateLimitClient;
import dev.weft.xds.decode.TrustBundle;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
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
  private final ControlLine line = new ControlLine();
  private final Executor workers = workers();
  private final Timer timer = new Timer(AgentThreads.lent("timer"), System::nanoTime);
  private final long begun = System.nanoTime();
  private final @Nullable MeshWire wire; // where an identity is wanted
  private final @Nullable WireGate wireGate;
  private final Unmeshed unmeshed;
  private final Overdue overdue;

  private Composition(Settings settings, Log log) {
    this.settings = settings;
    this.log = log;
    this.wire = settings.identified() ? Membership.wire(settings, timer) : null;
    this.unmeshed = new Unmeshed(settings.get(Setting.UNMESHED_PORTS), timer, System::nanoTime);
    Duration patience = settings.get(Setting.START_TIMEOUT);
    this.overdue = new Overdue(patience, settings.get(Setting.FAIL_MODE), log);
    this.wireGate = wire == null ? null : new WireGate(wire, unmeshed, patience, overdue);
  }

  /** From now on connections find somebody to ask, where this process is to have an identity. */
  static Composition guard(Settings settings, Log log) {
    Composition made = new Composition(settings, log);
    Weft.install(made.wireGate);
    return made;
  }

  /** Native transports are refused, or bring what they bypass to everybody's notice. */
  void watchNativeTransports(@Nullable SocketLayer sockets, Coverage coverage) {
    MeshWire guarded = wire;
    if (sockets == null || guarded == null) {
      return;
    }
    boolean allowed = settings.get(Setting.NATIVE_TRANSPORTS) == Setting.NativeTransports.ALLOW;
    sockets.nativeTransports(
        allowed,
        library -> {
          Report.Library met = new Report.Library(library, "native transport", "any");
          if (allowed) {
            guarded.bypassedBy(library);
            coverage.left(met, "its connections bypass mutual TLS, as weft.native.transports says");
          } else {
            coverage.left(met, "refused: its connections would bypass mutual TLS");
          }
        });
  }

  /** Returns at once; from now on, calls find a mesh. */
  void begin(Coverage coverage, Instrumentation instrumentation) {
    Weft.onSuppressed(new Complaints(log));
    WithoutEngine instead = new WithoutEngine(settings.get(Setting.FAIL_MODE));
    Gate gate = new Gate(settings.get(Setting.START_TIMEOUT), instead, overdue);
    Weft.install(gate);
    AgentThreads.own("start").newThread(() -> compose(gate, coverage, instrumentation)).start();
  }

  private void compose(Gate gate, Coverage coverage, Instrumentation instrumentation) {
    try {
      Membership membership = membership();
      Identity identity =
          Identity.of(
              settings,
              membership == null ? null : membership.namespace(),
              new SecureRandom().nextLong(),
              LocalAddress.guess(settings));
      AgentTelemetry telemetry = telemetry(identity);
      boolean serves = isSound(coverage) && identity.named();
      Listeners listeners = unmeshed.before(serves ? line : Listeners.NONE);
      Engine engine = engine(identity, telemetry, listeners);
      gate.open(engine);
      Weft.install(engine);
      connect(identity, engine, telemetry, new Shown(coverage, membership));
      surroundShutdown(engine, telemetry, instrumentation);
    } catch (RuntimeException | LinkageError | IOException e) {
      // Said first: a short-lived application may be over once it goes on.
      log.warn("the agent could not start: " + e);
      log.debug(Complaints.trace(e));
      gate.fail(); // calls that wait meet the fail mode; an engine that is there already stays
      openWire();
    }
  }

  /**
   * What there is to show besides the engine.
   *
   * @param membership null: this process has no identity
   */
  private record Shown(Coverage coverage, @Nullable Membership membership) {}

  private @Nullable Membership membership() {
    if (wire == null) {
      return null;
    }
    Membership made = Membership.begin(settings, log, controlLog());
    wire.use(made.tls());
    wire.use(new UpstreamTls(InstantSource.system(), System::nanoTime, log::warn));
    return made;
  }

  /** Whether the sockets guard what they must; where they do not, this process serves nobody. */
  private boolean isSound(Coverage coverage) {
    String problem = wire == null ? null : SocketCheck.problem();
    if (wire != null && problem != null) {
      wire.breaks(problem);
      coverage.left(
          new Report.Library("jdk-sockets", Runtime.version().toString(), "boot"),
          "mutual TLS is not available, this process serves nobody and reaches nobody of the"
              + " mesh: "
              + problem);
    }
    return problem == null;
  }

  private void openWire() {
    if (wireGate != null) {
      wireGate.open();
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

  private Engine engine(Identity identity, AgentTelemetry telemetry, Listeners listeners) {
    EngineSettings own =
        EngineSettings.of(identity.workload())
            .withFailMode(FailMode.valueOf(settings.get(Setting.FAIL_MODE).name()))
            .withStartTimeout(settings.get(Setting.START_TIMEOUT))
            .withContextHeaders(settings.get(Setting.CONTEXT_HEADERS))
            .withDeadlineHeader(
                settings.get(Setting.DEADLINE_HEADER).stream().findFirst().orElse(null))
            .withGateways(settings.get(Setting.GATEWAYS))
            .withClientCert(
                settings.get(Setting.FORWARD_CLIENT_CERT) == Setting.ClientCert.SANITIZE_SET)
            .withSampler(sampler());
    Callouts callouts = new Callouts(workers, controlLog(), "weft/" + Version.OF_AGENT);
    return Engine.builder(own, line)
        .telemetry(telemetry)
        .audit(new AuditLines(log, workers, InstantSource.system()))
        .listeners(listeners)
        .scheduler(timer)
        .wire(wire)
        .mirrors(new MirrorSender(timer, log::debug))
        .rateLimits(new RateLimitClient(callouts))
        .providers(
            new ProviderClient(
                callouts,
                new HttpCallouts(workers, this::after, controlLog()),
                InstantSource.system()))
        .build();
  }

  private Runnable after(Duration delay, Runnable task) {
    return timer.after(delay, task)::cancel;
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

  private void connect(Identity guessed, Engine engine, AgentTelemetry telemetry, Shown shown)
      throws IOException {
    Coverage coverage = shown.coverage();
    Membership membership = shown.membership();
    InetSocketAddress control = settings.get(Setting.CONTROL).orElseThrow();
    Identity identity = guessed.at(LocalAddress.towards(control, settings));
    Pages pages = new Pages(identity, engine, line, new Pages.Met(coverage, unmeshed));
    pages.register(telemetry.metrics());
    if (wire != null && membership != null) {
      telemetry.tcp(wire::tcp);
      PlaintextWatch plaintext = plaintextWatch(wire);
      plaintext.start(line::plaintext);
      pages.show(new SecurityPage(wire, membership, plaintext), telemetry.metrics());
    }
    InetSocketAddress metrics = serve(pages, telemetry);
    ControlSettings own =
        ControlSettings.of(
            control.getHostString(), control.getPort(), identity.forControl(metrics));
    ControlClient client =
        ControlClient.start(
            membership == null ? own : own.withIdentity(),
            new ControlClient.Surroundings(
                snapshot -> update(engine, snapshot),
                bundle -> trust(membership, bundle),
                workers,
                controlLog()),
            membership == null ? ChannelFactory.plaintext() : membership.channels());
    line.ready().thenRun(this::synced);
    line.attach(client);
    coverage.onChange(() -> line.coverage(coverage.libraries()));
    unmeshed.knows(coverage::isWoven);
    unmeshed.onChange(() -> line.unmeshed(unmeshed.sockets(), unmeshed.leftOff()));
    telemetry.start();
    log.info(
        identity.describe()
            + ", control service "
            + control.getHostString()
            + ":"
            + control.getPort());
  }

  private PlaintextWatch plaintextWatch(MeshWire guarded) {
    return new PlaintextWatch(
        guarded::plaintext,
        settings.get(Setting.PLAINTEXT_WINDOW),
        timer,
        new PlaintextWatch.Clocks(System::nanoTime, InstantSource.system()));
  }

  private static void trust(@Nullable Membership membership, TrustBundle bundle) {
    if (membership != null) {
      membership.trust(bundle.roots());
    }
  }

  private void update(Engine engine, Snapshot snapshot) {
    engine.update(snapshot);
    if (engine.isConfigured()) {
      openWire();
    }
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

  /** Runs what waited for others: the application's own code, which may wait in turn. */
  private static Executor workers() {
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

  private void surroundShutdown(
      Engine engine, AgentTelemetry telemetry, Instrumentation instrumentation) {
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
