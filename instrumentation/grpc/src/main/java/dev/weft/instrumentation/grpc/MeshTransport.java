package dev.weft.instrumentation.grpc;

import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.internal.GrpcUtil;
import io.grpc.internal.ManagedChannelImplBuilder;
import io.grpc.internal.ObjectPool;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The second channel beside one of the application: made at the first call of the mesh, with the
 * transport and the settings of the first, but without resolver, retries and service config of its
 * own. Each of its streams goes to the endpoint of its try.
 *
 * <p>It is shut down with the application's, after the last call of the mesh: a call that is
 * between two tries has no stream that would hold it open.
 */
final class MeshTransport {

  private static final String SCHEME = "weft";

  /** Targets whose addresses are no hosts, or come from a control plane of their own. */
  private static final Set<String> LEFT_ALONE =
      Set.of(SCHEME, "unix", "unix-abstract", "vsock", "xds", "google-c2p", "inprocess");

  static {
    LoadBalancerRegistry.getDefaultRegistry().register(new PinnedBalancerProvider());
  }

  /**
   * @param executor where callbacks run unless their call says otherwise
   */
  record Opened(ManagedChannel channel, Executor executor) {}

  private final ManagedChannelImplBuilder builder;
  private final ObjectPool<? extends Executor> executors;

  // Guarded by this.
  private @Nullable Opened opened;
  private int calls;
  private boolean shutdown;

  private volatile boolean killed;

  private MeshTransport(
      ManagedChannelImplBuilder builder, ObjectPool<? extends Executor> executors) {
    this.builder = builder;
    this.executors = executors;
  }

  /** Null for channels that are left alone: over TLS, or within the host. */
  static @Nullable MeshTransport of(ManagedChannelImplBuilder application)
      throws ReflectiveOperationException {
    BuilderFields fields = new BuilderFields(application);
    Object direct = fields.directAddress();
    if (fields.defaultPort() != GrpcUtil.DEFAULT_PORT_PLAINTEXT
        || LEFT_ALONE.contains(scheme(fields.target()))
        || (direct != null && !(direct instanceof InetSocketAddress))) {
      return null;
    }
    BuilderFields copy = fields.copy(SCHEME + ":///mesh");
    copy.builder()
        .defaultLoadBalancingPolicy(PinnedBalancerProvider.POLICY)
        .defaultServiceConfig(null)
        .disableServiceConfigLookUp()
        .disableRetry();
    return new MeshTransport(copy.builder(), fields.executors());
  }

  private static String scheme(String target) {
    int end = target.indexOf(':');
    return end < 0 ? "" : target.substring(0, end);
  }

  /**
   * Begins a call; null when the channel is shut down. A call that has begun must {@link #leave}.
   *
   * @param authority of the application's channel
   */
  synchronized @Nullable Opened enter(String authority) {
    if (shutdown) {
      return null;
    }
    Opened open = opened;
    if (open == null) {
      ManagedChannel channel = build(authority);
      open = new Opened(channel, executors.getObject());
      opened = open;
    }
    calls++;
    return open;
  }

  @SuppressWarnings("deprecation") // a resolver for this builder alone, not for the whole JVM
  private ManagedChannel build(String authority) {
    return builder.nameResolverFactory(new NoLookup(SCHEME, authority)).build();
  }

  void leave() {
    Opened last;
    synchronized (this) {
      calls--;
      last = over();
    }
    close(last);
  }

  void shutdown() {
    Opened last;
    synchronized (this) {
      if (shutdown) {
        return;
      }
      shutdown = true;
      last = over();
    }
    close(last);
  }

  void shutdownNow() {
    killed = true;
    shutdown();
    Opened open = opened();
    if (open != null) {
      open.channel().shutdownNow();
    }
  }

  /** Calls are to end, without another try. */
  boolean isKilled() {
    return killed;
  }

  boolean isTerminated() {
    Opened open;
    synchronized (this) {
      if (!shutdown || calls > 0) {
        return false;
      }
      open = opened;
    }
    return open == null || open.channel().isTerminated();
  }

  boolean awaitTermination(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    Opened open;
    synchronized (this) {
      while (!shutdown || calls > 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      open = opened;
    }
    return open == null
        || open.channel().awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  synchronized @Nullable Opened opened() {
    return opened;
  }

  /** What to close, when this was the last call of a channel that is shut down. */
  private @Nullable Opened over() {
    if (!shutdown || calls > 0) {
      return null;
    }
    notifyAll();
    return opened;
  }

  private void close(@Nullable Opened last) {
    if (last != null) {
      last.channel().shutdown();
      executors.returnObject(last.executor());
    }
  }
}
