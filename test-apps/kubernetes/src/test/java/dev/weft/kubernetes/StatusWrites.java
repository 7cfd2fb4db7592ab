package dev.weft.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How often the status of each VirtualService of a namespace is written, from now on: the API
 * server tells watchers of each version.
 */
final class StatusWrites implements AutoCloseable {

  private final Map<String, Integer> writes = new ConcurrentHashMap<>();
  private final Watch watch;

  StatusWrites(KubernetesClient client, String namespace) {
    watch =
        client
            .genericKubernetesResources(
                new ResourceDefinitionContext.Builder()
                    .withGroup("networking.istio.io")
                    .withVersion("v1")
                    .withKind("VirtualService")
                    .withPlural("virtualservices")
                    .withNamespaced(true)
                    .build())
            .inNamespace(namespace)
            .watch(new Counter());
  }

  /** By names: how many versions of each have had a status. */
  Map<String, Integer> seen() {
    return Map.copyOf(writes);
  }

  @Override
  public void close() {
    watch.close();
  }

  private final class Counter implements Watcher<GenericKubernetesResource> {
    @Override
    public void eventReceived(Action action, GenericKubernetesResource resource) {
      if (resource.getAdditionalProperties().get("status") instanceof Map<?, ?> status
          && status.get("conditions") != null) {
        writes.merge(resource.getMetadata().getName(), 1, Integer::sum);
      }
    }

    @Override
    public void onClose(@Nullable WatcherException cause) {
      // The API server is killed later on; what was counted up to then is complete.
    }
  }
}
