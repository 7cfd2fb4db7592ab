package dev.weft.control.xds;

import dev.weft.control.model.Caller;
import dev.weft.control.xds.resource.Profile;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of equal callers, and who of them wants which resource.
 *
 * <p>A stream first {@linkplain #join joins} and then reads the {@link #catalog}; the publisher
 * first replaces the catalog and then looks for those who joined. So every joiner either sees the
 * new catalog or is told of it.
 */
final class Audience {

  /** Whom the audience consists of. */
  record Kind(Profile profile, Caller caller) {}

  private final Kind kind;
  private final Map<ResourceKey, Set<AdsStream>> interest = new ConcurrentHashMap<>();
  private final Set<AdsStream> members = ConcurrentHashMap.newKeySet();
  private volatile Catalog catalog;

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

  /** Makes the catalog the current one and tells each stream which of its resources changed. */
  void update(Catalog next) {
    Catalog before = catalog;
    catalog = next;
    interest.forEach(
        (key, streams) -> {
          if (key.name().equals(Subscription.EVERY_NAME)) {
            everything(key, before, next).forEach(changed -> tell(streams, changed));
          } else if (changed(key, before, next)) {
            tell(streams, key);
          }
        });
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

  private static void tell(Set<AdsStream> streams, ResourceKey key) {
    streams.forEach(stream -> stream.changed(key));
  }
}
