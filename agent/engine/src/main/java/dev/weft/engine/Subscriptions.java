package dev.weft.engine;

import dev.weft.engine.telemetry.Telemetry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The hosts that the application has used, each subscribed once. */
final class Subscriptions {

  /** Wildcard hosts let an application name hosts without end. */
  private static final int MOST = 4096;

  private final ConcurrentHashMap<String, Subscription> byAuthority = new ConcurrentHashMap<>();
  private final ConfigSource source;
  private final Telemetry telemetry;

  Subscriptions(ConfigSource source, Telemetry telemetry) {
    this.source = source;
    this.telemetry = telemetry;
  }

  /**
   * @param arrival done when the host's routes are in the snapshot or known not to exist
   * @param since when the host was first used
   */
  record Subscription(CompletableFuture<Void> arrival, long since) {}

  /** The subscription of this authority; null when there are too many. */
  @Nullable Subscription of(String authority, long now) {
    Subscription known = byAuthority.get(authority);
    if (known != null) {
      return known;
    }
    if (byAuthority.size() >= MOST) {
      telemetry.happened(Telemetry.Event.TOO_MANY_HOSTS);
      return null;
    }
    Subscription made = new Subscription(source.subscribe(authority).toCompletableFuture(), now);
    Subscription first = byAuthority.putIfAbsent(authority, made);
    return first == null ? made : first;
  }

  int size() {
    return byAuthority.size();
  }
}
