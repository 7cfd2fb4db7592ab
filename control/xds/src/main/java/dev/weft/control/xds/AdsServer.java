package dev.weft.control.xds;

import dev.weft.control.model.MeshModel;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.Principal;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves a source's models over ADS, incremental and state of the world. Add {@link #service} to a
 * gRPC server; close this after that server.
 */
public final class AdsServer implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(AdsServer.class.getName());
  private static final int PUSH_THREADS =
      Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));

  private final ScheduledExecutorService timer;
  private final ExecutorService pushes;
  private final Publisher publisher;
  private final AdsCounters counters = new AdsCounters();
  private final ServerContext context;
  private final ModelSource.Subscription subscription;
  private final Supplier<@Nullable Principal> callers;

  /**
   * Starts to follow the source.
   *
   * @param configuration how fast changes of rules go out
   * @param endpoints how fast changes of endpoints alone go out
   * @param callers who makes the call that the current thread begins; null: nobody knows
   */
  public AdsServer(
      ModelSource source,
      Pacing configuration,
      Pacing endpoints,
      Supplier<@Nullable Principal> callers) {
    this.callers = callers;
    this.timer = Executors.newSingleThreadScheduledExecutor(named("weft-publish"));
    this.pushes = Executors.newFixedThreadPool(PUSH_THREADS, named("weft-push"));
    this.publisher = new Publisher(source.current());
    this.context = new ServerContext(publisher, pushes, counters, InstantSource.system(), LOG);
    Debounce debounce =
        new Debounce(
            new Debounce.Paces(configuration, endpoints),
            this::after,
            System::nanoTime,
            this::publish);
    this.subscription = source.subscribe(debounce::offer);
  }

  private Runnable after(long nanos, Runnable task) {
    try {
      Future<?> scheduled = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException e) {
      // Closing: nobody is left to be told.
      return () -> {};
    }
  }

  private void publish(MeshModel model) {
    try {
      publisher.publish(model);
      counters.model();
    } catch (RuntimeException e) {
      // The streams keep what they have; the next model gets its chance.
      LOG.log(System.Logger.Level.ERROR, "a model could not be published", e);
    }
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** {@code envoy.service.discovery.v3.AggregatedDiscoveryService}. */
  public ServerServiceDefinition service() {
    return ServerInterceptors.intercept(new AdsService(context, callers), new PeerAddress());
  }

  /** Everybody who is connected now, oldest first. */
  public List<ClientStatus> clients() {
    return publisher.streams().stream()
        .map(AdsStream::status)
        .filter(Objects::nonNull)
        .sorted((a, b) -> Long.compare(a.connection().id(), b.connection().id()))
        .toList();
  }

  public AdsCounters counters() {
    return counters;
  }

  /**
   * Completes when a model that satisfies the condition is in force and everybody who is connected
   * then has answered all of it, or is gone. It may never: bound the wait, by completing the
   * result.
   */
  public CompletionStage<Void> everybodyKnows(Predicate<MeshModel> condition) {
    return publisher.everybodyKnows(condition);
  }

  /** Whether this very model is in force. */
  boolean isPublished(MeshModel model) {
    return publisher.isPublished(model);
  }

  /** Stops following the source; streams end with their server. */
  @Override
  public void close() {
    subscription.close();
    timer.shutdownNow();
    pushes.shutdownNow();
  }
}
