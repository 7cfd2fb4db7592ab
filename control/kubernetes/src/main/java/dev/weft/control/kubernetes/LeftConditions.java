package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Takes away what a revision has written into the status of resources, once nobody is left to keep
 * it true. Others' conditions stay, another revision's among them.
 */
public final class LeftConditions {

  /** The last one has found nothing; a replica that is being stopped may have written meanwhile. */
  private static final int LOOKS = 10;

  private final KubernetesClient client;
  private final Conditions conditions;
  private int removed;

  private LeftConditions(KubernetesClient client, Conditions conditions) {
    this.client = client;
    this.conditions = conditions;
  }

  /**
   * Removes them from all resources.
   *
   * @param revision empty: the one without a name
   * @return from how many
   * @throws IOException not all of them could be removed
   */
  public static int remove(Cluster cluster, String revision) throws IOException {
    try (KubernetesClient client = cluster.forQuestions()) {
      return new LeftConditions(client, Conditions.ofRevision(revision)).remove();
    } catch (KubernetesClientException e) {
      throw new IOException(Failures.message(e), e);
    }
  }

  private int remove() throws IOException {
    for (int look = 0; look < LOOKS; look++) {
      int found = 0;
      for (WatchedKind kind : WatchedKind.all()) {
        found += kind.hasConditions() ? look(kind) : 0;
      }
      if (found == 0) {
        return removed;
      }
    }
    throw new IOException(
        "the condition "
            + conditions.type()
            + " is written again and again (expected: that no control service of this revision"
            + " runs)");
  }

  /** How many of a kind had one. */
  private int look(WatchedKind kind) {
    for (String version : kind.versions()) {
      try {
        int found = 0;
        for (GenericKubernetesResource resource :
            client
                .genericKubernetesResources(kind.context(version))
                .inAnyNamespace()
                .list()
                .getItems()) {
          List<Map<String, Object>> left =
              conditions.changed(ResourceStatus.conditions(resource), List.of(), 0, Instant.EPOCH);
          if (left != null) {
            write(kind, version, ResourceStatus.with(resource, left));
            found++;
          }
        }
        return found;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
          throw e;
        }
        // Not served in this version, or not at all.
      }
    }
    return 0;
  }

  private void write(WatchedKind kind, String version, GenericKubernetesResource next) {
    try {
      client
          .genericKubernetesResources(kind.context(version))
          .inNamespace(next.getMetadata().getNamespace())
          .resource(next)
          .updateStatus();
      removed++;
    } catch (KubernetesClientException e) {
      boolean changed = e.getCode() == HttpURLConnection.HTTP_CONFLICT;
      if (!changed && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      // Somebody was quicker: the next look tells whether there is still something to do.
    }
  }
}
