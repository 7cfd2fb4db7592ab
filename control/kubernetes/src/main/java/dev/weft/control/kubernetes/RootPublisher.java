package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a ConfigMap with the mesh's roots in every namespace, for pods to mount: it is made where
 * it is missing, and mended where somebody has changed it.
 */
final class RootPublisher implements AutoCloseable {

  static final String NAME = "weft-root";
  static final String KEY = "root-cert.pem";

  private static final System.Logger LOG = System.getLogger(RootPublisher.class.getName());

  /** The platform's own, where nobody runs workloads of the mesh. */
  private static final Set<String> EXCLUDED =
      Set.of("kube-system", "kube-public", "kube-node-lease");

  private final KubernetesClient client;
  private final Mirror<ConfigMap, Facts> maps;

  /** What each namespace had when it was last tried. */
  private final Map<String, Attempt> attempts = new HashMap<>();

  private final AtomicLong writes = new AtomicLong();
  private String told = "";

  /**
   * @param version of the resource; null: there is none
   */
  private record Attempt(@Nullable String version, String bundle) {}

  private record Facts(String version, Map<String, String> data) {}

  /**
   * @param client whose requests end within seconds; not closed with this
   * @param watching likewise, for what goes on
   */
  RootPublisher(KubernetesClient client, KubernetesClient watching) {
    this.client = client;
    this.maps =
        new Mirror<>(
            "ConfigMap " + NAME,
            watching
                .configMaps()
                .inAnyNamespace()
                .withField("metadata.name", NAME)
                .runnableInformer(0),
            map ->
                new Facts(
                    map.getMetadata().getResourceVersion(),
                    map.getData() == null ? Map.of() : Map.copyOf(map.getData())));
  }

  void start(Runnable changed) {
    maps.start(changed);
  }

  long writes() {
    return writes.get();
  }

  void forget() {
    attempts.clear();
  }

  /**
   * By one thread.
   *
   * @param bundle all roots, PEM
   * @return whether everything was written that was to be
   */
  boolean write(Collection<NamespaceFacts> namespaces, String bundle, BooleanSupplier leads) {
    if (!maps.isReady()) {
      return true; // told when it is
    }
    Map<String, Facts> there = maps.current();
    boolean complete = true;
    for (NamespaceFacts namespace : namespaces) {
      if (namespace.ends() || EXCLUDED.contains(namespace.name())) {
        continue;
      }
      Facts map = there.get(namespace.name() + "/" + NAME);
      Attempt attempt = new Attempt(map == null ? null : map.version, bundle);
      if (map != null && map.data.equals(Map.of(KEY, bundle))) {
        attempts.remove(namespace.name());
      } else if (!attempt.equals(attempts.get(namespace.name()))) {
        if (!leads.getAsBoolean()) {
          return true;
        }
        attempts.put(namespace.name(), attempt);
        complete &= write(namespace.name(), attempt);
      }
    }
    return complete;
  }

  private boolean write(String namespace, Attempt attempt) {
    ConfigMap map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(NAME)
            .withResourceVersion(attempt.version)
            .addToLabels("app.kubernetes.io/part-of", "weft")
            .endMetadata()
            .addToData(KEY, attempt.bundle)
            .build();
    try {
      var resource = client.configMaps().inNamespace(namespace).resource(map);
      if (attempt.version == null) {
        resource.create();
      } else {
        resource.update();
      }
      writes.incrementAndGet();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return true; // somebody else's comes by itself
      }
      attempts.remove(namespace);
      String why = e.getCode() > 0 ? "HTTP " + e.getCode() : "no answer";
      if (!Objects.equals(why, told)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "ConfigMap " + namespace + "/" + NAME + " is written later: " + why);
      }
      told = why;
      return false;
    }
  }

  @Override
  public void close() {
    maps.close();
  }
}
