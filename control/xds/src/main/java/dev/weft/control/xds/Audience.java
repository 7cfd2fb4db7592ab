package dev.weft.control.xds;

import dev.weft.control.model.Caller;
import dev.weft.control.xds.resource.Profile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of equal callers, and who of them wants which resource.
 *
 * <p>A stream is handed a catalog together with the names of everything in it that has changed for
 * it: were it told of one after the other, it could send an endpoint before it knows that the
 * endpoint's identity has changed as well. Streams join while an update is on its way: one that has
 * joined too late for it looks by itself at what it has joined once it takes that update.
 */
final class Audience {

  /**
   * Whom the audience consists of.
   *
   * @param off whether they are switched off
   */
  record Kind(Profile profile, Caller caller, boolean off) {}

  private final Kind kind;
  private final Map<ResourceKey, Set<AdsStream>> interest = new ConcurrentHashMap<>();
  private final Set<AdsStream> members = ConcurrentHashMap.newKeySet();

  /** The updates begun so far; written by the publisher only. */
  private volatile long updates;

  /** Guarded by the publisher. */
  private Catalog catalog;

  Audience(Kind kind, Catalog catalog) {
    this.kind = kind;
    this.catalog = catalog;
  }

  Kind kind() {
    return kind;
  }

  Catalog catalog() {
    return catalog;
  }

  Set<AdsStream> members() {
    return members;
  }

  /**
   * From the next update on the stream is told of this resource.
   *
   * @return the last update that may not know of it: one that has begun has perhaps gone past it
   */
  long join(ResourceKey key, AdsStream stream) {
    interest.compute(
        key,
        (any, streams) -> {
          Set<AdsStream> joined = streams == null ? ConcurrentHashMap.newKeySet() : streams;
          joined.add(stream);
          return joined;
        });
    return updates;
  }

  void leave(ResourceKey key, AdsStream stream) {
    interest.computeIfPresent(
        key,
        (any, streams) -> {
          streams.remove(stream);
          return streams.isEmpty() ? null : streams;
        });
  }

  /** Makes the catalog the current one and hands it to each stream with what has changed. */
  void update(Catalog next) {
    Catalog before = catalog;
    long update = updates + 1;
    updates = update;
    Map<AdsStream, Set<ResourceKey>> news = new HashMap<>();
    interest.forEach(
        (key, streams) -> {
          if (key.name().equals(Subscription.EVERY_NAME)) {
            Set<ResourceKey> all = everything(key, before, next);
            streams.forEach(stream -> of(news, stream).addAll(all));
          } else if (before.differs(key, next)) {
            streams.forEach(stream -> of(news, stream).add(key));
          }
        });
    catalog = next;
    members.forEach(member -> member.offer(update, next, news.getOrDefault(member, Set.of())));
  }

  private static Set<ResourceKey> of(Map<AdsStream, Set<ResourceKey>> news, AdsStream stream) {
    return news.computeIfAbsent(stream, any -> new HashSet<>());
  }

  private static Set<ResourceKey> everything(ResourceKey every, Catalog before, Catalog next) {
    Set<ResourceKey> keys = ConcurrentHashMap.newKeySet();
    before.all(every.type()).forEach(name -> keys.add(new ResourceKey(every.type(), name)));
    next.all(every.type()).forEach(name -> keys.add(new ResourceKey(every.type(), name)));
    keys.removeIf(key -> !before.differs(key, next));
    return keys;
  }
}
