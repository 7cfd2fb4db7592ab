package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which of several replicas acts for all of them: whoever holds the Lease. Another's Lease is over
 * when it has not been renewed for its time as seen from here, because clocks differ; our own is
 * over somewhat earlier, wherever we are held up.
 */
final class Leader implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Leader.class.getName());

  private final KubernetesClient client;
  private final Candidate candidate;
  private final Runnable gained;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread named = new Thread(task, "weft-leader");
            named.setDaemon(true);
            return named;
          });

  private volatile boolean held;
  private volatile long until;

  // Of the thread alone.
  private String seen = "";
  private long seenAt;
  private @Nullable String told;

  /**
   * Who stands for what.
   *
   * @param name of the Lease
   * @param identity unlike any other's, also before and after this process
   */
  record Candidate(String namespace, String name, String identity, Times times) {}

  /**
   * @param lease how long others wait for a holder that does not renew
   * @param deadline how long a holder acts without having renewed; less than that
   * @param retry how often it is renewed, or looked at
   */
  record Times(Duration lease, Duration deadline, Duration retry) {
    /** Those of Kubernetes' own controllers. */
    static final Times USUAL =
        new Times(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
  }

  /**
   * @param client whose requests end within seconds; not closed with this
   * @param gained told each time that we lead from now on
   */
  Leader(KubernetesClient client, Candidate candidate, Runnable gained) {
    this.client = client;
    this.candidate = candidate;
    this.gained = gained;
  }

  void start() {
    long retry = candidate.times.retry.toMillis();
    thread.scheduleWithFixedDelay(this::look, 0, retry, TimeUnit.MILLISECONDS);
  }

  /** Whether we do, at this moment. */
  boolean leads() {
    return held && System.nanoTime() - until < 0;
  }

  private void look() {
    try {
      long before = System.nanoTime();
      if (hold(before)) {
        boolean news = !leads();
        until = before + candidate.times.deadline.toNanos();
        held = true;
        if (news) {
          LOG.log(System.Logger.Level.INFO, "this replica writes for all: it holds " + this);
          gained.run();
        }
      } else if (held) {
        held = false;
        LOG.log(System.Logger.Level.INFO, "another replica writes for all: it holds " + this);
      }
      told = null;
    } catch (KubernetesClientException e) {
      String why = e.getCode() > 0 ? "HTTP " + e.getCode() : "no answer";
      if (!why.equals(told)) {
        LOG.log(System.Logger.Level.WARNING, this + ": " + why + "; tried again and again");
      }
      told = why;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, this + " is looked at again", e);
    }
  }

  private boolean hold(long now) {
    Lease there = client.leases().inNamespace(candidate.namespace).withName(candidate.name).get();
    if (there == null) {
      return won(() -> resource(lease(null)).create());
    }
    String holder = there.getSpec() == null ? null : there.getSpec().getHolderIdentity();
    if (!candidate.identity.equals(holder) && holder != null && !holder.isEmpty()) {
      String version = there.getMetadata().getResourceVersion();
      if (!version.equals(seen)) {
        seen = version;
        seenAt = now;
      }
      if (now - seenAt <= life(there).toNanos()) {
        return false;
      }
    }
    return won(() -> resource(lease(there)).update());
  }

  private Duration life(Lease lease) {
    Integer seconds = lease.getSpec().getLeaseDurationSeconds();
    return seconds == null ? candidate.times.lease : Duration.ofSeconds(seconds);
  }

  private io.fabric8.kubernetes.client.dsl.Resource<Lease> resource(Lease lease) {
    return client.leases().inNamespace(candidate.namespace).resource(lease);
  }

  /** Whether nobody else was quicker. */
  private static boolean won(Runnable write) {
    try {
      write.run();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  /** With us as its holder, from now on. */
  private Lease lease(@Nullable Lease before) {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    LeaseBuilder lease =
        before == null
            ? new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(candidate.namespace)
                .withName(candidate.name)
                .addToLabels("app.kubernetes.io/part-of", "weft")
                .endMetadata()
            : new LeaseBuilder(before);
    var spec = lease.editOrNewSpec();
    if (!candidate.identity.equals(spec.getHolderIdentity())) {
      Integer transitions = spec.getLeaseTransitions();
      spec.withAcquireTime(now)
          .withLeaseTransitions(
              before == null ? 0 : Objects.requireNonNullElse(transitions, 0) + 1);
    }
    return spec.withHolderIdentity(candidate.identity)
        .withLeaseDurationSeconds(Math.toIntExact(candidate.times.lease.toSeconds()))
        .withRenewTime(now)
        .endSpec()
        .build();
  }

  @Override
  public String toString() {
    return "the Lease " + candidate.namespace + "/" + candidate.name;
  }

  /** Lets go, so that another need not wait. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(candidate.times.deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!leads()) {
      return;
    }
    held = false;
    try {
      Lease there = client.leases().inNamespace(candidate.namespace).withName(candidate.name).get();
      if (there != null && candidate.identity.equals(there.getSpec().getHolderIdentity())) {
        resource(new LeaseBuilder(there).editSpec().withHolderIdentity("").endSpec().build())
            .update();
      }
    } catch (KubernetesClientException e) {
      LOG.log(
          System.Logger.Level.INFO, this + " is not let go, and ends by itself: " + e.getCode());
    }
  }
}
