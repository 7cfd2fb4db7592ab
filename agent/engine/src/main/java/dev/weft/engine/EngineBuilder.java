package dev.weft.engine;

import dev.weft.engine.extauthz.AuthorizationService;
import dev.weft.engine.limit.RateLimitService;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.Telemetry;
import dev.weft.engine.wire.MeshWire;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What an {@link Engine} is made of. */
public final class EngineBuilder {

  final EngineSettings settings;
  final ConfigSource source;
  Scheduler scheduler =
      (delay, task) -> {
        throw new IllegalStateException("no scheduler was given");
      };
  Telemetry telemetry = Telemetry.NONE;
  Audit audit = Audit.NONE;
  Listeners listeners = Listeners.NONE;
  @Nullable MeshWire wire;
  Mirrors mirrors = Mirrors.NONE;
  RateLimitService rateLimits = RateLimitService.NONE;
  AuthorizationService providers = AuthorizationService.NONE;
  LongSupplier clock = System::nanoTime;
  InstantSource time = InstantSource.system();
  // Every thread has its own: no contention, and nothing to guess from another's draws.
  RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

  EngineBuilder(EngineSettings settings, ConfigSource source) {
    this.settings = settings;
    this.source = source;
  }

  /** The timer of all adapters. Without one, nothing may have a timeout or a back-off. */
  public EngineBuilder scheduler(Scheduler timer) {
    this.scheduler = timer;
    return this;
  }

  /** Where facts go; nowhere by default. */
  public EngineBuilder telemetry(Telemetry sink) {
    this.telemetry = sink;
    return this;
  }

  /** Who keeps the record of what policies did; nobody by default. */
  public EngineBuilder audit(Audit record) {
    this.audit = record;
    return this;
  }

  /** Who wants to know where the application listens; nobody by default. */
  public EngineBuilder listeners(Listeners interested) {
    this.listeners = interested;
    return this;
  }

  /** The connection level; without one, nobody has an identity and no connection is guarded. */
  public EngineBuilder wire(@Nullable MeshWire connections) {
    this.wire = connections;
    return this;
  }

  /** Who sends copies for mirrors; nobody by default. */
  public EngineBuilder mirrors(Mirrors sender) {
    this.mirrors = sender;
    return this;
  }

  /** Who asks the services that count requests for many; nobody by default. */
  public EngineBuilder rateLimits(RateLimitService services) {
    this.rateLimits = services;
    return this;
  }

  /** Who asks those who authorize requests for us; nobody by default. */
  public EngineBuilder providers(AuthorizationService services) {
    this.providers = services;
    return this;
  }

  /** Monotonic nanoseconds; {@link System#nanoTime} by default. */
  public EngineBuilder clock(LongSupplier nanos) {
    this.clock = nanos;
    return this;
  }

  /** The time of day, which tokens hold by; the system's by default. */
  public EngineBuilder time(InstantSource source) {
    this.time = source;
    return this;
  }

  /** Must be safe for threads; {@link ThreadLocalRandom} by default. */
  public EngineBuilder random(RandomGenerator chance) {
    this.random = chance;
    return this;
  }

  public Engine build() {
    return new Engine(this);
  }
}
