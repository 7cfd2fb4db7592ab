package dev.weft.control.kubernetes;

import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelSource;
import dev.weft.control.model.ServiceAccount;
import dev.weft.control.model.SourceLocation;
import dev.weft.control.model.WorkloadSource;
import dev.weft.control.source.ConfigSource;
import dev.weft.control.source.Listeners;
import dev.weft.control.source.TextSource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration and the workloads of a cluster, followed while they change. Nothing is in force
 * before everything has been seen once, and nothing is taken back because the API server is away.
 */
public final class ClusterSource implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ClusterSource.class.getName());

  private static final String MESH_CONFIG = "istio";

  /** Changes come in bursts. */
  private static final long GATHER_MILLIS = 50;

  /** How often it is looked whether the API server is there, which nobody tells. */
  private static final long LOOK_MILLIS = 1_000;

  /** A watch that ends is begun anew within this; longer, and it is said. */
  private static final Duration USUAL_GAP = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final TextSource config;
  private final Placements placements;
  private final WorkloadSource registered;
  private final Listeners listeners = new Listeners();
  private final Listeners observers = new Listeners();
  private final List<KindMirror> resources = new ArrayList<>();
  private final Mirror<Namespace, NamespaceFacts> namespaces;
  private final Mirror<Pod, PodFacts> pods;
  private final Mirror<EndpointSlice, SliceFacts> slices;
  private final Mirror<?, ServiceAccount> accounts;
  private final CountDownLatch ready = new CountDownLatch(1);
  private final AtomicBoolean due = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread named = new Thread(task, "weft-cluster");
            named.setDaemon(true);
            return named;
          });
  private volatile Known known = new Known(List.of(), List.of(), List.of(), List.of());

  // Of the thread alone.
  private long lastFine = System.nanoTime();
  private @Nullable String told;

  private record Known(
      Collection<PodFacts> pods,
      Collection<SliceFacts> slices,
      Collection<NamespaceFacts> namespaces,
      Collection<ServiceAccount> accounts) {

    Set<String> off() {
      return namespaces.stream()
          .filter(NamespaceFacts::off)
          .map(NamespaceFacts::name)
          .collect(Collectors.toSet());
    }
  }

  private ClusterSource(KubernetesClient client, MeshSettings settings, WorkloadSource registered) {
    this.client = client;
    this.config = new TextSource(settings);
    this.placements = new Placements(settings.trustDomain());
    this.registered = registered;
    WatchedKind.all().forEach(kind -> resources.add(KindMirror.of(client, kind)));
    resources.add(
        KindMirror.of(
            client, WatchedKind.MESH_CONFIG, settings.rootNamespace().value(), MESH_CONFIG));
    this.namespaces =
        new Mirror<>("namespaces", client.namespaces().runnableInformer(0), NamespaceFacts::of);
    this.pods =
        new Mirror<>("pods", client.pods().inAnyNamespace().runnableInformer(0), PodFacts::of);
    this.slices =
        new Mirror<>(
            "endpointslices",
            client.discovery().v1().endpointSlices().inAnyNamespace().runnableInformer(0),
            SliceFacts::of);
    this.accounts =
        new Mirror<>(
            "serviceaccounts",
            client.serviceAccounts().inAnyNamespace().runnableInformer(0),
            ServiceAccountName::accountOf);
  }

  /**
   * Begins to follow a cluster; what it holds is in force when this returns.
   *
   * @param registered workloads that have registered by themselves
   * @param patience how long the first look at everything may take
   * @throws IOException the cluster cannot be read within that time; the message says what of it
   */
  public static ClusterSource open(
      Cluster cluster, MeshSettings settings, WorkloadSource registered, Duration patience)
      throws IOException {
    ClusterSource source = new ClusterSource(cluster.forWatches(), settings, registered);
    try {
      source.start(patience);
      return source;
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    } catch (InterruptedException e) {
      source.close();
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while the cluster was read");
    }
  }

  private void start(Duration patience) throws IOException, InterruptedException {
    resources.forEach(mirror -> mirror.start(this::changed));
    others().forEach(mirror -> mirror.start(this::changed));
    thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    if (!ready.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException(
          client.getMasterUrl()
              + ": not all of it could be read within "
              + patience.toSeconds()
              + " s: "
              + String.join("; ", troubles()));
    }
  }

  private Stream<Mirror<?, ?>> others() {
    return Stream.of(pods, slices, namespaces, accounts);
  }

  private boolean isReady() {
    return resources.stream().allMatch(KindMirror::isReady) && others().allMatch(Mirror::isReady);
  }

  private List<String> troubles() {
    return Stream.concat(resources.stream().map(KindMirror::trouble), others().map(Mirror::trouble))
        .filter(Objects::nonNull)
        .toList();
  }

  /** Those whose status is ours to write. */
  List<KindMirror> kinds() {
    return resources.stream().filter(mirror -> mirror.kind().hasConditions()).toList();
  }

  Collection<NamespaceFacts> namespaces() {
    return known.namespaces;
  }

  /** Told whenever something may be different in the cluster, whether it counts or not. */
  ModelSource.Subscription onResources(Runnable listener) {
    return observers.add(listener);
  }

  /** Its resources; to be used as if they had been read from files. */
  public ConfigSource config() {
    return config;
  }

  /** Its pods, and whoever has registered and is none. */
  public WorkloadSource workloads() {
    return new WorkloadSource() {
      @Override
      public Snapshot workloads() {
        Snapshot agents = registered.workloads();
        Known now = known;
        return new Snapshot(
            placements.of(now.pods, now.slices, agents.workloads(), now.off()),
            agents.findings(),
            Set.copyOf(now.accounts));
      }

      @Override
      public ModelSource.Subscription onChange(Runnable changed) {
        ModelSource.Subscription own = listeners.add(changed);
        ModelSource.Subscription agents = registered.onChange(changed);
        return () -> {
          own.close();
          agents.close();
        };
      }
    };
  }

  private void changed() {
    if (due.compareAndSet(false, true)) {
      try {
        thread.schedule(this::gather, GATHER_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        due.set(true); // closing: nobody listens any more
      }
    }
  }

  private void gather() {
    due.set(false);
    try {
      if (ready.getCount() > 0 && !isReady()) {
        return; // half of a cluster would take away what the other half has
      }
      Map<String, byte[]> texts = new TreeMap<>();
      for (KindMirror mirror : resources) {
        mirror
            .current()
            .forEach((name, text) -> texts.put(mirror.kind().kind() + "/" + name, text.utf8()));
      }
      Known next =
          new Known(
              List.copyOf(pods.current().values()),
              List.copyOf(slices.current().values()),
              List.copyOf(namespaces.current().values()),
              List.copyOf(accounts.current().values()));
      boolean moved = !next.equals(known);
      known = next;
      config.replace(texts, finding());
      ready.countDown();
      if (moved) {
        listeners.changed();
      }
      observers.changed();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "what has changed in the cluster is not in force", e);
    }
  }

  /** Tells when the API server is away, and when it is back. */
  private void look() {
    List<String> troubles = troubles();
    long now = System.nanoTime();
    if (troubles.isEmpty()) {
      lastFine = now;
    }
    boolean late = now - lastFine > USUAL_GAP.toNanos();
    String trouble = late ? troubles.get(0) : null;
    if ((trouble == null) != (told == null)) {
      told = trouble;
      LOG.log(
          trouble == null ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
          trouble == null
              ? "the API server is followed again"
              : "the API server is not followed; what was in force stays: " + trouble);
      changed();
    }
  }

  private @Nullable Finding finding() {
    return told == null
        ? null
        : new Finding(
            FindingCode.UNREADABLE,
            null,
            new SourceLocation(client.getMasterUrl().toString(), 0),
            "",
            "the cluster cannot be followed (expected: its API server); what was in force stays: "
                + told);
  }

  /** Ends the watches; what is in force stays. */
  @Override
  public void close() {
    thread.shutdownNow();
    resources.forEach(KindMirror::close);
    others().forEach(Mirror::close);
    client.close();
  }
}
