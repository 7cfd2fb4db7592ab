package dev.weft.xds.ads;

import dev.weft.xds.decode.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The last good state of every resource, and which are subscribed by name. Outlives connections.
 */
final class Store {

  /**
   * What is known of one resource.
   *
   * @param version the control service's
   * @param value null: it is known not to exist
   */
  private record Held(String version, @Nullable Object value) {}

  private final Map<ResourceType<?>, Map<String, Held>> held = new HashMap<>();
  private final Map<ResourceType<?>, Set<String>> wanted = new HashMap<>();
  private final Set<ResourceType<?>> answered = new HashSet<>();

  Store() {
    for (ResourceType<?> type : ResourceType.ALL) {
      held.put(type, new LinkedHashMap<>());
      wanted.put(type, new LinkedHashSet<>());
    }
  }

  private Map<String, Held> of(ResourceType<?> type) {
    return held.getOrDefault(type, Map.of());
  }

  /** Wants a resource from now on; false when it was wanted already. */
  boolean want(ResourceType<?> type, String name) {
    return wanted(type).add(name);
  }

  /** By name, as subscribed. */
  Set<String> wanted(ResourceType<?> type) {
    return wanted.getOrDefault(type, Set.of());
  }

  /** Whether all resources of a type are wanted. */
  boolean wantsEvery(ResourceType<?> type) {
    return wanted(type).contains(ResourceType.EVERY);
  }

  /** Something was said of this type, if only that there is nothing. */
  void answered(ResourceType<?> type) {
    answered.add(type);
  }

  /** Whether anything was ever said of this type. */
  boolean isAnswered(ResourceType<?> type) {
    return answered.contains(type);
  }

  /** All that exist. */
  <T> List<T> all(ResourceType<T> type) {
    List<T> all = new ArrayList<>();
    for (Held each : of(type).values()) {
      if (each.value() != null) {
        all.add(type.cast(each.value()));
      }
    }
    return all;
  }

  /** Whether it has come, or is known not to exist. */
  boolean isKnown(ResourceType<?> type, String name) {
    return of(type).containsKey(name);
  }

  /** Null when it has not come, or does not exist. */
  <T> @Nullable T find(ResourceType<T> type, String name) {
    Held found = of(type).get(name);
    return found == null || found.value() == null ? null : type.cast(found.value());
  }

  /** The version that is held; empty when there is none. */
  String version(ResourceType<?> type, String name) {
    Held found = of(type).get(name);
    return found == null ? "" : found.version();
  }

  /** Names and versions of all that exist. */
  Map<String, String> versions(ResourceType<?> type) {
    Map<String, String> versions = new LinkedHashMap<>();
    for (Map.Entry<String, Held> entry : of(type).entrySet()) {
      if (entry.getValue().value() != null) {
        versions.put(entry.getKey(), entry.getValue().version());
      }
    }
    return versions;
  }

  /** How many are known, those that do not exist included. */
  int size(ResourceType<?> type) {
    return of(type).size();
  }

  void put(ResourceType<?> type, String name, String version, Object value) {
    of(type).put(name, new Held(version, value));
  }

  /** It does not exist. */
  void remove(ResourceType<?> type, String name) {
    of(type).put(name, new Held("", null));
  }

  /** Forgets what did not exist and nobody asked for: a new connection. */
  void forgetAbsent() {
    for (Map.Entry<ResourceType<?>, Map<String, Held>> each : held.entrySet()) {
      Set<String> asked = wanted(each.getKey());
      Iterator<Map.Entry<String, Held>> entries = each.getValue().entrySet().iterator();
      while (entries.hasNext()) {
        Map.Entry<String, Held> entry = entries.next();
        if (entry.getValue().value() == null && !asked.contains(entry.getKey())) {
          entries.remove();
        }
      }
    }
  }
}
