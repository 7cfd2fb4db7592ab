package dev.weft.engine;

import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
    return new EngineSettings(
        local,
        mode,
        startTimeout,
        keepLimit,
        contextHeaders,
        deadlineHeader,
        sampler,
        gateways,
        setsClientCert);
  }

  public EngineSettings withStartTimeout(Duration timeout) {
    return new EngineSettings(
        local,
        failMode,
        timeout,
        keepLimit,
        contextHeaders,
        deadlineHeader,
        sampler,
        gateways,
        setsClientCert);
  }

  public EngineSettings withContextHeaders(List<String> names) {
    return new EngineSettings(
        local,
        failMode,
        startTimeout,
        keepLimit,
        names,
        deadlineHeader,
        sampler,
        gateways,
        setsClientCert);
  }

  public EngineSettings withDeadlineHeader(@Nullable String name) {
    String lower = name == null ? null : name.toLowerCase(Locale.ROOT);
    return new EngineSettings(
        local,
        failMode,
        startTimeout,
        keepLimit,
        contextHeaders,
        lower,
        sampler,
        gateways,
        setsClientCert);
  }

  public EngineSettings withSampler(@Nullable Sampler traces) {
    return new EngineSettings(
        local,
        failMode,
        startTimeout,
        keepLimit,
        contextHeaders,
        deadlineHeader,
        traces,
        gateways,
        setsClientCert);
  }

  public EngineSettings withGateways(Set<SpiffeId> identities) {
    return new EngineSettings(
        local,
        failMode,
        startTimeout,
        keepLimit,
        contextHeaders,
        deadlineHeader,
        sampler,
        identities,
        setsClientCert);
  }

  public EngineSettings withClientCert(boolean set) {
    return new EngineSettings(
        local,
        failMode,
        startTimeout,
        keepLimit,
        contextHeaders,
        deadlineHeader,
        sampler,
        gateways,
        set);
  }
}
