package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A kind of configuration in the newest of its versions that the API server serves. The older ones
 * are asked for only where a newer one is not there.
 */
final class KindMirror implements AutoCloseable {

  private final WatchedKind kind;
  private final List<Mirror<GenericKubernetesResource, ResourceText>> versions = new ArrayList<>();
  private final AtomicInteger started = new AtomicInteger();

  /** All of a cluster. */
  static KindMirror of(KubernetesClient client, WatchedKind kind) {
    KindMirror mirror = new KindMirror(kind);
    for (String version : kind.versions()) {
      mirror.versions.add(
          new Mirror<>(
              kind.toString(),
              client
                  .genericKubernetesResources(kind.context(version))
                  .inAnyNamespace()
                  .runnableInformer(0),
              resource ->
                  ResourceText.of(resource, kind.kind(), client.getKubernetesSerialization())));
    }
    return mirror;
  }

  /** One resource alone. */
  static KindMirror of(KubernetesClient client, WatchedKind kind, String namespace, String name) {
    KindMirror mirror = new KindMirror(kind);
    mirror.versions.add(
        new Mirror<>(
            kind.toString(),
            client
                .genericKubernetesResources(kind.context(kind.versions().get(0)))
                .inNamespace(namespace)
                .withName(name)
                .runnableInformer(0),
            resource ->
                ResourceText.of(resource, kind.kind(), client.getKubernetesSerialization())));
    return mirror;
  }

  private KindMirror(WatchedKind kind) {
    this.kind = kind;
  }

  WatchedKind kind() {
    return kind;
  }

  void start(Runnable changed) {
    start(0, changed);
  }

  private void start(int at, Runnable changed) {
    if (at < versions.size() && started.compareAndSet(at, at + 1)) {
      versions
          .get(at)
          .start(
              () -> {
                if (versions.get(at).isAbsent()) {
                  start(at + 1, changed);
                }
                changed.run();
              });
    }
  }

  private @Nullable Mirror<GenericKubernetesResource, ResourceText> inUse() {
    for (var each : versions) {
      if (each.isListed()) {
        return each;
      }
      if (!each.isAbsent()) {
        return null;
      }
    }
    return null;
  }

  boolean isReady() {
    return !kind.needed() || inUse() != null || versions.stream().allMatch(Mirror::isAbsent);
  }

  @Nullable String trouble() {
    if (!kind.needed()) {
      return null;
    }
    var used = inUse();
    return used != null
        ? used.trouble()
        : versions.stream().map(Mirror::trouble).filter(Objects::nonNull).findFirst().orElse(null);
  }

  Map<String, ResourceText> current() {
    var used = inUse();
    return used == null ? Map.of() : used.current();
  }

  /** As the API server has them; not to be changed. */
  List<GenericKubernetesResource> resources() {
    var used = inUse();
    return used == null ? List.of() : used.resources();
  }

  @Override
  public void close() {
    versions.forEach(Mirror::close);
  }
}
