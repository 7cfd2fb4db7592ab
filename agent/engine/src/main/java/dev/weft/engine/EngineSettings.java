package dev.weft.engine;

import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the engine is set up; {@link #of} gives the defaults.
 *
 * @param local who we are
 * @param failMode when nothing was ever received
 * @param startTimeout how long decisions wait for the first configuration, counted from the start
 *     of the engine; and for that of a host, counted from its first use
 * @param keepLimit bytes of a request body that are kept for a retry
 * @param contextHeaders names of headers that flow from inbound to outbound requests, besides those
 *     that routing rules match on
 * @param deadlineHeader lower case: in which a request says how many milliseconds its caller still
 *     waits; what a request causes is bounded by that, and by {@code grpc-timeout}. Null: nothing
 *     is
 * @param sampler which traces are recorded; null: no spans, trace headers pass unchanged
 * @param gateways who may speak for those outside of the mesh
 * @param setsClientCert whether the application is told who the caller has proved to be, in {@code
 *     x-forwarded-client-cert}
 */
public record EngineSettings(
    LocalWorkload local,
    FailMode failMode,
    Duration startTimeout,
    int keepLimit,
    List<String> contextHeaders,
    @Nullable String deadlineHeader,
    @Nullable Sampler sampler,
    Set<SpiffeId> gateways,
    boolean setsClientCert) {

  public EngineSettings {
    gateways = Set.copyOf(gateways);
    contextHeaders =
        contextHeaders.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    if (keepLimit < 0) {
      throw new IllegalArgumentException("keep limit: " + keepLimit + " (expected: >= 0)");
    }
  }

  /** Fails open after 10 seconds, keeps 64 KiB, records no spans. */
  public static EngineSettings of(LocalWorkload local) {
    return new EngineSettings(
        local,
        FailMode.OPEN,
        Duration.ofSeconds(10),
        64 * 1024,
        List.of(),
        null,
        null,
        Set.of(),
        false);
  }

  public EngineSettings withFailMode(FailMode mode) {
    return with(changed -> changed.failMode = mode);
  }

  public EngineSettings withStartTimeout(Duration timeout) {
    return with(changed -> changed.startTimeout = timeout);
  }

  public EngineSettings withContextHeaders(List<String> names) {
    return with(changed -> changed.contextHeaders = names);
  }

  public EngineSettings withDeadlineHeader(@Nullable String name) {
    return with(
        changed -> changed.deadlineHeader = name == null ? null : name.toLowerCase(Locale.ROOT));
  }

  public EngineSettings withSampler(@Nullable Sampler traces) {
    return with(changed -> changed.sampler = traces);
  }

  public EngineSettings withGateways(Set<SpiffeId> identities) {
    return with(changed -> changed.gateways = identities);
  }

  public EngineSettings withClientCert(boolean set) {
    return with(changed -> changed.setsClientCert = set);
  }

  private EngineSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** What is different in a copy is changed here. */
  private static final class Draft {

    private final LocalWorkload local;
    private FailMode failMode;
    private Duration startTimeout;
    private final int keepLimit;
    private List<String> contextHeaders;
    private @Nullable String deadlineHeader;
    private @Nullable Sampler sampler;
    private Set<SpiffeId> gateways;
    private boolean setsClientCert;

    Draft(EngineSettings before) {
      this.local = before.local;
      this.failMode = before.failMode;
      this.startTimeout = before.startTimeout;
      this.keepLimit = before.keepLimit;
      this.contextHeaders = before.contextHeaders;
      this.deadlineHeader = before.deadlineHeader;
      this.sampler = before.sampler;
      this.gateways = before.gateways;
      this.setsClientCert = before.setsClientCert;
    }

    EngineSettings settings() {
      return new EngineSettings(
          local,
          failMode,
          startTimeout,
          keepLimit,
          contextHeaders,
          deadlineHeader,
          sampler,
          gateways,
          setsClientCert);
    }
  }
}
