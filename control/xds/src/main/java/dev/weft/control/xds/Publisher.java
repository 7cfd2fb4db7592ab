package dev.weft.control.xds;

import dev.weft.control.model.CallerView;
import dev.weft.control.model.MeshModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns each model into one generation of catalogs and tells the audiences. Catalogs are shared by
 * all callers between whom the model makes no difference.
 */
final class Publisher {

  private final Map<Audience.Kind, Audience> audiences = new HashMap<>();

  /** Those whose model has not come yet, and those who wait for the streams. */
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();

  private final Set<Wait> asked = ConcurrentHashMap.newKeySet();
  private Map<Audience.Kind, Catalog> catalogs = new HashMap<>();
  private MeshModel model;

  /** Likewise, as those see it who are switched off; null: nobody has asked. */
  private @Nullable MeshModel off;

  /** Somebody who waits until a model has reached everybody who is connected. */
  private record Wait(
      Predicate<MeshModel> model, CompletableFuture<Void> done, Set<AdsStream> missing) {

    void told(AdsStream stream) {
      if (missing.remove(stream) && missing.isEmpty()) {
        done.complete(null);
      }
    }
  }

  Publisher(MeshModel model) {
    this.model = model;
  }

  synchronized MeshModel model() {
    return model;
  }

  @SuppressWarnings("ReferenceEquality") // equal models are no less two
  synchronized boolean isPublished(MeshModel which) {
    return model == which;
  }

  synchronized void publish(MeshModel next) {
    Map<Audience.Kind, Catalog> previous = catalogs;
    model = next;
    catalogs = new HashMap<>();
    off = null;
    audiences.values().removeIf(audience -> audience.members().isEmpty());
    for (Audience audience : audiences.values()) {
      audience.update(catalog(audience.kind(), previous));
      audience.members().forEach(stream -> stream.regroup(audience.kind().off(), next));
    }
    catalogs.values().forEach(Catalog::settle);
    List<Wait> reached = waits.stream().filter(wait -> wait.model.test(next)).toList();
    waits.removeAll(reached);
    reached.forEach(this::ask);
  }

  /** Where a stream belongs, and what is in force as it enters; it is told of all that follows. */
  record Entry(Audience audience, Catalog catalog) {}

  synchronized Entry enter(AdsStream stream, Client client) {
    Audience audience =
        audiences.computeIfAbsent(
            new Audience.Kind(client.profile(), client.caller(), stream.isOff(client, model)),
            kind -> new Audience(kind, catalog(kind, Map.of())));
    audience.members().add(stream);
    return new Entry(audience, audience.catalog());
  }

  synchronized List<AdsStream> streams() {
    return audiences.values().stream().flatMap(it -> it.members().stream()).toList();
  }

  /**
   * Done when a model that satisfies the condition is in force and every stream that is connected
   * then has acknowledged or refused all of it, or is gone.
   */
  CompletionStage<Void> everybodyKnows(Predicate<MeshModel> condition) {
    Wait wait = new Wait(condition, new CompletableFuture<>(), ConcurrentHashMap.newKeySet());
    synchronized (this) {
      if (condition.test(model)) {
        ask(wait);
      } else {
        waits.add(wait);
      }
    }
    wait.done.whenComplete((any, failure) -> waits.remove(wait));
    return wait.done;
  }

  private void ask(Wait wait) {
    List<AdsStream> all = streams();
    wait.missing.addAll(all);
    asked.add(wait);
    wait.done.whenComplete((any, failure) -> asked.remove(wait));
    if (all.isEmpty()) {
      wait.done.complete(null);
    }
    all.forEach(AdsStream::schedule);
  }

  /** A stream has nothing left to send and nothing unanswered, or is gone. */
  void idle(AdsStream stream) {
    asked.forEach(wait -> wait.told(stream));
  }

  private Catalog catalog(Audience.Kind kind, Map<Audience.Kind, Catalog> previous) {
    MeshModel theirs = kind.off() ? switchedOff() : model;
    CallerView view = theirs.view(kind.caller());
    Audience.Kind relevant = new Audience.Kind(kind.profile(), view.caller(), kind.off());
    return catalogs.computeIfAbsent(
        relevant, any -> new Catalog(theirs, view, kind.profile(), previous.get(relevant)));
  }

  private MeshModel switchedOff() {
    MeshModel known = off;
    if (known == null) {
      known = model.switchedOff();
      off = known;
    }
    return known;
  }
}
