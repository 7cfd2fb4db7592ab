package dev.weft.instrumentation.grpc;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.grpc.Status;
import io.grpc.SynchronizationContext.ScheduledHandle;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends each stream to the endpoint that its {@link Pin} names: one subchannel per endpoint, made
 * at its first use. The engine has balanced already.
 *
 * <p>A failed connection fails the streams that wait for it, so that the engine picks another
 * endpoint, and is forgotten: the next try connects anew, without the back-off that a channel with
 * one backend needs. A connection that closed, or was not used for long, is forgotten too, so that
 * endpoints that are gone leave nothing behind.
 */
final class PinnedBalancer extends LoadBalancer {

  /** Longer than gRPC's {@code SUBCHANNEL_SHUTDOWN_DELAY_SECONDS}. */
  private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Helper helper;
  private final Map<InetSocketAddress, Endpoint> endpoints = new ConcurrentHashMap<>();

  /** A subchannel that was shut down, and when, in {@link System#nanoTime}. */
  private record Closed(Subchannel subchannel, long at) {}

  // In the synchronization context.
  private final Deque<Closed> closing = new ArrayDeque<>();
  private boolean shutdown;
  private @Nullable ScheduledHandle sweep;

  PinnedBalancer(Helper helper) {
    this.helper = helper;
  }

  @Override
  @SuppressWarnings("deprecation") // the one with a result has another type in grpc-java 1.58
  public void handleResolvedAddresses(ResolvedAddresses addresses) {
    publish();
  }

  @Override
  public void handleNameResolutionError(Status error) {
    publish(); // nothing is resolved, so this cannot concern us
  }

  @Override
  public void shutdown() {
    shutdown = true;
    endpoints.values().forEach(Endpoint::forget);
    closing.forEach(closed -> closed.subchannel().shutdown()); // at once now: nothing is picked
    closing.clear();
    if (sweep != null) {
      sweep.cancel();
    }
  }

  boolean isShutdown() {
    return shutdown;
  }

  Helper helper() {
    return helper;
  }

  /** Every stream that waits is asked again. A new picker each time: gRPC compares them. */
  void publish() {
    if (!shutdown) {
      helper.updateBalancingState(ConnectivityState.READY, new Picker());
    }
  }

  void remove(Endpoint endpoint) {
    endpoints.remove(endpoint.address(), endpoint);
  }

  /**
   * While the channel lives, gRPC really shuts a subchannel down some seconds later, for streams
   * that have just been sent there. A channel that ends need not wait for those.
   */
  void close(Subchannel subchannel) {
    subchannel.shutdown();
    long now = System.nanoTime();
    while (!closing.isEmpty() && now - closing.getFirst().at() > CLOSING_NANOS) {
      closing.removeFirst();
    }
    closing.add(new Closed(subchannel, now));
  }

  /** Any thread. */
  private PickResult pick(Pin pin) {
    Endpoint endpoint = pin.endpoint();
    if (endpoint == null || endpoint.isForgotten()) {
      endpoint = endpoints.computeIfAbsent(pin.address(), address -> new Endpoint(this, address));
      pin.bind(endpoint);
    }
    if (endpoint.claim()) {
      helper.getSynchronizationContext().execute(endpoint::connect);
    }
    return endpoint.pick(pin);
  }

  /** In the synchronization context, whenever a connection is made. */
  void scheduleSweep() {
    if (sweep == null || !sweep.isPending()) {
      sweep =
          helper
              .getSynchronizationContext()
              .schedule(
                  this::sweep,
                  UNUSED_NANOS,
                  TimeUnit.NANOSECONDS,
                  helper.getScheduledExecutorService());
    }
  }

  private void sweep() {
    sweep = null;
    long now = System.nanoTime();
    for (Endpoint endpoint : endpoints.values()) {
      if (now - endpoint.used() > UNUSED_NANOS) {
        endpoint.forget(); // streams that are open stay open
      }
    }
    if (!endpoints.isEmpty() && !shutdown) {
      scheduleSweep();
    }
  }

  private final class Picker extends SubchannelPicker {
    @Override
    public PickResult pickSubchannel(PickSubchannelArgs args) {
      Pin pin = args.getCallOptions().getOption(Pin.KEY);
      return pin == null
          ? PickResult.withError(Status.INTERNAL.withDescription("mesh: a stream without endpoint"))
          : pick(pin);
    }
  }
}
