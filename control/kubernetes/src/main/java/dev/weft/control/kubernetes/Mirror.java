package dev.weft.control.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One kind of the cluster's resources as they are now, reduced to what counts. An event says only
 * that something has changed: what is there is read from the informer's store, so that an event
 * that is lost, late or told twice does no harm. While the API server is away the store stays.
 */
final class Mirror<T extends HasMetadata, F> implements AutoCloseable {

  private final String kind;
  private final SharedIndexInformer<T> informer;
  private final Function<T, F> reader;
  private Map<String, Seen<F>> seen = new HashMap<>();

  /** Whether the API server does not know the kind. */
  private volatile boolean absent;

  private volatile boolean listed;
  private volatile @Nullable String problem;

  private record Seen<F>(String uid, String version, F facts) {}

  Mirror(String kind, SharedIndexInformer<T> informer, Function<T, F> reader) {
    this.kind = kind;
    this.informer = informer;
    this.reader = reader;
  }

  /** Begins to follow, and goes on for ever; what cannot be reached is tried again and again. */
  void start(Runnable changed) {
    informer.exceptionHandler(
        (started, failure) -> {
          absent = code(failure) == HttpURLConnection.HTTP_NOT_FOUND;
          problem = reason(failure);
          changed.run();
          return true;
        });
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(T added) {
            changed.run();
          }

          @Override
          public void onUpdate(T before, T after) {
            changed.run();
          }

          @Override
          public void onDelete(T gone, boolean unknown) {
            changed.run();
          }
        });
    informer
        .start()
        .whenComplete(
            (done, failure) -> {
              listed = failure == null;
              changed.run();
            });
  }

  /** Whether everything that is there has been seen once, or there is nothing to see. */
  boolean isReady() {
    return listed || absent;
  }

  boolean isListed() {
    return listed;
  }

  boolean isAbsent() {
    return absent && !listed;
  }

  /** As the API server has them; not to be changed. */
  List<T> resources() {
    return informer.getStore().list();
  }

  /** Why it is not followed at the moment; null: it is, or there is nothing to follow. */
  @Nullable String trouble() {
    boolean fine = informer.isWatching() || (absent && !listed);
    return fine ? null : kind + ": " + Objects.requireNonNullElse(problem, "no answer yet");
  }

  /**
   * By namespace, where it is in one, and name. What has not changed is the same object as before.
   */
  Map<String, F> current() {
    Map<String, Seen<F>> next = new HashMap<>();
    Map<String, F> facts = new TreeMap<>();
    for (T each : informer.getStore().list()) {
      String namespace = each.getMetadata().getNamespace();
      String name = (namespace == null ? "" : namespace + "/") + each.getMetadata().getName();
      Seen<F> now = look(each, seen.get(name));
      next.put(name, now);
      facts.put(name, now.facts);
    }
    seen = next;
    return facts;
  }

  private Seen<F> look(T resource, @Nullable Seen<F> before) {
    String uid = resource.getMetadata().getUid();
    String version = resource.getMetadata().getResourceVersion();
    if (before != null && before.uid.equals(uid) && before.version.equals(version)) {
      return before;
    }
    F facts = reader.apply(resource);
    return new Seen<>(
        uid, version, before != null && before.facts.equals(facts) ? before.facts : facts);
  }

  private static String reason(Throwable failure) {
    int code = code(failure);
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return code > 0 ? "HTTP " + code : cause.toString();
  }

  /** Of the API server's answer; 0: it gave none. */
  private static int code(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof KubernetesClientException e && e.getCode() > 0) {
        return e.getCode();
      }
    }
    return 0;
  }

  @Override
  public void close() {
    informer.close();
  }
}
