package dev.weft.control.kubernetes;

import dev.weft.control.model.Finding;
import dev.weft.control.model.ResourceId;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Writes findings into the resources' status, where it does not say so already. What was written is
 * not written again before it has been seen; what somebody else has changed meanwhile is refused by
 * the API server, and looked at anew when that change arrives.
 */
final class StatusWriter {

  private static final System.Logger LOG = System.getLogger(StatusWriter.class.getName());

  /** The API server has others to serve. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final Conditions conditions;
  private final InstantSource clock;

  /** Which version of each resource the last attempt was based on. */
  private final Map<String, String> attempts = new HashMap<>();

  private final AtomicLong writes = new AtomicLong();
  private String told = "";

  StatusWriter(KubernetesClient client, Conditions conditions, InstantSource clock) {
    this.client = client;
    this.conditions = conditions;
    this.clock = clock;
  }

  long writes() {
    return writes.get();
  }

  /**
   * By one thread.
   *
   * @param leads whether to go on
   * @return whether everything was written that was to be
   */
  boolean write(Collection<KindMirror> kinds, List<Finding> findings, BooleanSupplier leads) {
    Map<String, List<Finding>> byName = new HashMap<>();
    for (Finding finding : findings) {
      byName.computeIfAbsent(name(finding), any -> new ArrayList<>()).add(finding);
    }
    boolean complete = true;
    for (KindMirror mirror : kinds) {
      for (GenericKubernetesResource resource : mirror.resources()) {
        String name =
            mirror.kind().kind()
                + "/"
                + resource.getMetadata().getNamespace()
                + "/"
                + resource.getMetadata().getName();
        List<Map<String, Object>> next =
            conditions.changed(
                ResourceStatus.conditions(resource),
                byName.getOrDefault(name, List.of()),
                generation(resource),
                clock.instant());
        String version = resource.getMetadata().getResourceVersion();
        if (next == null) {
          attempts.remove(name);
        } else if (!version.equals(attempts.get(name))) {
          if (!leads.getAsBoolean()) {
            return true; // whoever does writes
          }
          attempts.put(name, version);
          complete &= write(mirror.kind(), resource, next, name);
        }
      }
    }
    return complete;
  }

  /** A leader anew knows nothing of what it has tried. */
  void forget() {
    attempts.clear();
  }

  private static String name(Finding finding) {
    ResourceId id = finding.resource();
    if (id != null) {
      return id.kind() + "/" + id.namespace() + "/" + id.name();
    }
    return finding.location() == null ? "" : finding.location().file();
  }

  private static long generation(GenericKubernetesResource resource) {
    return Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L);
  }

  /** Whether it need not be tried again before the resource changes. */
  private boolean write(
      WatchedKind kind,
      GenericKubernetesResource resource,
      List<Map<String, Object>> next,
      String name) {
    LockSupport.parkNanos(PAUSE_NANOS);
    var metadata = resource.getMetadata();
    String version = resource.getApiVersion().replaceFirst(".*/", "");
    try {
      client
          .genericKubernetesResources(kind.context(version))
          .inNamespace(metadata.getNamespace())
          .resource(ResourceStatus.with(resource, next))
          .updateStatus();
      writes.incrementAndGet();
      return true;
    } catch (KubernetesClientException e) {
      return handled(e, name, kind);
    }
  }

  private boolean handled(KubernetesClientException e, String name, WatchedKind kind) {
    int code = e.getCode();
    if (code == HttpURLConnection.HTTP_CONFLICT || code == HttpURLConnection.HTTP_NOT_FOUND) {
      return true; // changed, or gone: that comes by itself
    }
    if (code == HttpURLConnection.HTTP_FORBIDDEN || code == UNPROCESSABLE) {
      tell(kind + "/status: HTTP " + code + " (expected: the right to update it)");
      return true;
    }
    attempts.remove(name);
    tell("findings are written later: " + (code > 0 ? "HTTP " + code : "no answer"));
    return false;
  }

  private void tell(String what) {
    if (!what.equals(told)) {
      LOG.log(System.Logger.Level.WARNING, what);
    }
    told = what;
  }
}
