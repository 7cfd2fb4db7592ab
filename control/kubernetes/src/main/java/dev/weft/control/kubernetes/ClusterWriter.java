package dev.weft.control.kubernetes;

import dev.weft.control.model.ModelSource;
import dev.weft.control.model.TrustSource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a control service writes into its cluster, by one replica at a time: findings into the
 * status of resources, and the roots into each namespace. Each look compares everything that is
 * there with what should be, so that nothing depends on who wrote what before.
 */
public final class ClusterWriter implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(ClusterWriter.class.getName());

  /** Findings change in bursts, and need not be told at once. */
  private static final long STATUS_MILLIS = 500;

  /** Pods wait for these. */
  private static final long ROOTS_MILLIS = 50;

  private static final long AGAIN_MILLIS = 3_000;

  /** An API server that does not answer does not keep a control service from ending. */
  private static final long LAST_WRITE_MILLIS = 2_000;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final ClusterSource source;
  private final ModelSource models;
  private final TrustSource trust;
  private final Leader leader;
  private final StatusWriter status;
  private final RootPublisher roots;
  private final AtomicBoolean statusDue = new AtomicBoolean();
  private final AtomicBoolean rootsDue = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread named = new Thread(task, "weft-cluster-writer");
            named.setDaemon(true);
            return named;
          });

  /**
   * @param namespace where the Lease is
   * @param revision empty: the only one, or the usual one
   */
  public record Home(String namespace, String revision) {
    String lease() {
      return revision.isEmpty() ? "weft-control" : "weft-control-" + revision;
    }
  }

  private ClusterWriter(
      Cluster cluster, Home home, ClusterSource source, ModelSource models, TrustSource trust)
      throws IOException {
    this.source = source;
    this.models = models;
    this.trust = trust;
    KubernetesClient questions = part(cluster.forQuestions());
    KubernetesClient watches = part(cluster.forWatches());
    this.status =
        new StatusWriter(questions, Conditions.ofRevision(home.revision), InstantSource.system());
    this.roots = part(new RootPublisher(questions, watches));
    this.leader =
        part(
            new Leader(
                questions,
                new Leader.Candidate(home.namespace, home.lease(), identity(), Leader.Times.USUAL),
                this::led));
  }

  /**
   * Stands for election, and writes when elected.
   *
   * @param models whose findings are written
   * @param trust the roots; none: none are written
   */
  public static ClusterWriter open(
      Cluster cluster, Home home, ClusterSource source, ModelSource models, TrustSource trust)
      throws IOException {
    ClusterWriter writer = new ClusterWriter(cluster, home, source, models, trust);
    writer.start();
    return writer;
  }

  private void start() {
    part(models.subscribe(model -> statusChanged()));
    part(source.onResources(this::resourcesChanged));
    part(trust.onChange(this::rootsChanged));
    roots.start(this::rootsChanged);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    leader.start();
  }

  private <T extends AutoCloseable> T part(T part) {
    parts.push(part);
    return part;
  }

  /** The pod's name, and one of this process alone: a container that starts anew is another. */
  private static String identity() {
    String pod = System.getenv("POD_NAME");
    String host = pod == null ? System.getenv("HOSTNAME") : pod;
    return (host == null ? "weftctl" : host) + "_" + UUID.randomUUID();
  }

  /** Whether this replica writes at this moment. */
  public boolean leads() {
    return leader.leads();
  }

  /** How often it has written, since the start. */
  public long writes() {
    return status.writes() + roots.writes();
  }

  /** Until what is being written has been answered and counted: a reader may see it sooner. */
  void awaitCounted() throws ExecutionException, InterruptedException {
    thread.submit(() -> {}).get();
  }

  private boolean goesOn() {
    return !thread.isShutdown() && leads();
  }

  private void led() {
    schedule(
        () -> {
          status.forget();
          roots.forget();
        },
        0);
    resourcesChanged();
  }

  private void resourcesChanged() {
    statusChanged();
    rootsChanged();
  }

  private void statusChanged() {
    if (statusDue.compareAndSet(false, true)) {
      schedule(this::writeStatus, STATUS_MILLIS);
    }
  }

  private void rootsChanged() {
    if (rootsDue.compareAndSet(false, true)) {
      schedule(this::writeRoots, ROOTS_MILLIS);
    }
  }

  private void schedule(Runnable task, long millis) {
    try {
      thread.schedule(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              LOG.log(System.Logger.Level.ERROR, "not everything was written to the cluster", e);
            }
          },
          millis,
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "closed: nothing is written any more");
    }
  }

  private void writeStatus() {
    statusDue.set(false);
    if (goesOn()
        && !status.write(source.kinds(), models.current().findings(), this::goesOn)
        && statusDue.compareAndSet(false, true)) {
      schedule(this::writeStatus, AGAIN_MILLIS);
    }
  }

  private void writeRoots() {
    rootsDue.set(false);
    List<X509Certificate> believed = trust.trust().roots();
    if (goesOn()
        && !believed.isEmpty()
        && !roots.write(source.namespaces(), pem(believed), this::goesOn)
        && rootsDue.compareAndSet(false, true)) {
      schedule(this::writeRoots, AGAIN_MILLIS);
    }
  }

  private static String pem(List<X509Certificate> certificates) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    StringBuilder text = new StringBuilder();
    for (X509Certificate each : certificates) {
      try {
        text.append("-----BEGIN CERTIFICATE-----\n")
            .append(lines.encodeToString(each.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that was read", e);
      }
    }
    return text.toString();
  }

  /** Ends the write that is in hand, begins no other, and lets another lead. */
  @Override
  public void close() throws Exception {
    thread.shutdown();
    try {
      boolean unused = thread.awaitTermination(LAST_WRITE_MILLIS, TimeUnit.MILLISECONDS);
    } finally {
      thread.shutdownNow();
      while (!parts.isEmpty()) {
        parts.pop().close();
      }
    }
  }
}
