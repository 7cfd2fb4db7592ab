package dev.weft.control.xds;

import dev.weft.control.model.Caller;
import dev.weft.control.xds.resource.Profile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of equal callers, and who of them wants which resource.
 *
 * <p>A stream is handed a catalog together with the names of everything in it that has changed for
 * it: were it told of one after the other, it could send an endpoint before it knows that the
 * endpoint's identity has changed as well. What it {@linkplain #join joins} in between it looks at
 * once more by itself.
 */
final class Audience {

  /** Whom the audience consists of. */
  record Kind(Profile profile, Caller caller) {}

  private final Kind kind;
  private final Map<ResourceKey, Set<AdsStream>> interest = new ConcurrentHashMap<>();
  private final Set<AdsStream> members = ConcurrentHashMap.newKeySet();

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

  void join(ResourceKey key, AdsStream stream) {
    interest.compute(
        key,
        (any, streams) -> {
          Set<AdsStream> joined = streams == null ? ConcurrentHashMap.newKeySet() : streams;
          joined.add(stream);
          return joined;
        });
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
    Map<AdsStream, Set<ResourceKey>> news = new HashMap<>();
    interest.forEach(
        (key, streams) -> {
          if (key.name().equals(Subscription.EVERY_NAME)) {
            Set<ResourceKey> all = everything(key, before, next);
            streams.forEach(stream -> of(news, stream).addAll(all));
          } else if (changed(key, before, next)) {
            streams.forEach(stream -> of(news, stream).add(key));
          }
        });
    catalog = next;
    members.forEach(member -> member.offer(next, news.getOrDefault(member, Set.of())));
  }

  private static Set<ResourceKey> of(Map<AdsStream, Set<ResourceKey>> news, AdsStream stream) {
    return news.computeIfAbsent(stream, any -> new HashSet<>());
  }

  private static boolean changed(ResourceKey key, Catalog before, Catalog next) {
    Encoded now = next.get(key);
    return !Objects.equals(before.knownVersion(key), now == null ? null : now.version());
  }

  private static Set<ResourceKey> everything(ResourceKey every, Catalog before, Catalog next) {
    Set<ResourceKey> keys = ConcurrentHashMap.newKeySet();
    before.all(every.type()).forEach(name -> keys.add(new ResourceKey(every.type(), name)));
    next.all(every.type()).forEach(name -> keys.add(new ResourceKey(every.type(), name)));
    keys.removeIf(key -> !changed(key, before, next));
    return keys;
  }
}
