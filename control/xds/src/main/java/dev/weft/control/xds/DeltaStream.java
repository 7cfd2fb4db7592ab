package dev.weft.control.xds;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.xds.resource.ResourceType;
import dev.weft.control.xds.resource.SecurityResources;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The incremental variant: each response carries what changed, and names what is gone.
 *
 * <p>Order is make before break. Additions go first, what is referred to before what refers to it;
 * for clients that take bundles nothing overtakes a response that still waits for an answer.
 * Removals follow in the opposite order, and only when the client has taken the routes that no
 * longer refer to them.
 */
final class DeltaStream extends AdsStream {

  private static final List<ResourceType> ADDITIONS = List.of(ResourceType.values());

  /** What follows from a listener. */
  private static final List<ResourceType> BUNDLED =
      List.of(ResourceType.ROUTES, ResourceType.ENDPOINTS, ResourceType.CLUSTER);

  /** What refers to clusters, besides listeners. */
  private static final List<ResourceType> FOR_ARRIVING =
      List.of(ResourceType.INBOUND_HTTP, ResourceType.AUTHORIZATION);

  /** They go with the additions: nothing refers to them. */
  private static final List<ResourceType> UNREFERRED =
      List.of(ResourceType.LISTENER, ResourceType.INBOUND_HTTP);

  private static final List<ResourceType> REMOVALS =
      Stream.concat(BUNDLED.stream(), Stream.of(ResourceType.IDENTITIES)).toList();

  @GuardedBy("this") private final ToldPlaces places = new ToldPlaces();

  @GuardedBy("this") private boolean bundlesStale;

  DeltaStream(ServerContext context, Outbox outbox, Peer peer) {
    super(context, outbox, peer);
  }

  /** One request: an answer to a response, a change of what is wanted, or both. */
  synchronized void received(DeltaDiscoveryRequest request) {
    Audience audience = identify(request.getNode());
    ResourceType type = ResourceType.of(request.getTypeUrl()).orElse(null);
    if (audience == null) {
      return;
    }
    if (type == null) {
      context().counters().unknownType();
      return;
    }
    // A client that has everything already must be able to tell us from a server that hangs: the
    // first request is answered, if only by nothing.
    boolean opens = subscriptions().isEmpty();
    Subscription subscription = subscription(type);
    subscription.answerDue |= opens;
    boolean first = subscription.firstRequest();
    if (!request.getResponseNonce().isEmpty()) {
      String refusal = request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null;
      answered(subscription, request.getResponseNonce(), refusal);
    }
    if (subscribe(audience, subscription, request, first)) {
      unsubscribe(audience, subscription, request);
      schedule();
    }
  }

  @GuardedBy("this") private boolean subscribe(
      Audience audience, Subscription subscription, DeltaDiscoveryRequest request, boolean first) {
    Set<String> names = new HashSet<>(request.getResourceNamesSubscribeList());
    boolean asksForAll = first && names.isEmpty() && request.getResponseNonce().isEmpty();
    boolean mayHaveAll = !takesBundles() || subscription.type == ResourceType.IDENTITIES;
    if (asksForAll && mayHaveAll && subscription.type.completeInStateOfTheWorld()) {
      names.add(Subscription.EVERY_NAME);
    }
    if (first) {
      // What it has from an earlier stream; what we have sent since is newer.
      request.getInitialResourceVersionsMap().forEach(subscription.told::putIfAbsent);
    }
    for (String name : names) {
      boolean had = request.containsInitialResourceVersions(name);
      boolean isBundled = takesBundles() && BUNDLED.contains(subscription.type);
      if (first && had && isBundled && !isForArriving(name)) {
        // It was sent unasked then, and is wanted now only if a listener still leads to it.
        continue;
      }
      if (!ask(audience, subscription, name)) {
        return false;
      }
      if (!had) {
        // Asking again is asking to be told again.
        subscription.told.remove(name);
      }
      subscription.dirty.add(name);
    }
    if (names.remove(Subscription.EVERY_NAME)) {
      subscription.dirty.remove(Subscription.EVERY_NAME);
      subscription.changed(Subscription.EVERY_NAME, catalog());
      subscription.answerDue = true;
    }
    bundlesStale |= !names.isEmpty() && subscription.type == ResourceType.LISTENER;
    return true;
  }

  /** Whether it is a cluster that requests need which arrive there: no listener leads to it. */
  @GuardedBy("this") private boolean isForArriving(String name) {
    Catalog catalog = catalog();
    for (ResourceType type : FOR_ARRIVING) {
      Subscription arriving = subscriptions().get(type);
      if (arriving != null
          && arriving.asked.stream()
              .anyMatch(it -> catalog.clustersForArriving(it).contains(name))) {
        return true;
      }
    }
    return false;
  }

  @GuardedBy("this") private void unsubscribe(
      Audience audience, Subscription subscription, DeltaDiscoveryRequest request) {
    for (String name : request.getResourceNamesUnsubscribeList()) {
      forget(audience, subscription, name);
      if (!subscription.wants(name)) {
        subscription.told.remove(name);
        subscription.dirty.remove(name);
      }
      bundlesStale |= subscription.type == ResourceType.LISTENER;
    }
  }

  @Override
  @GuardedBy("this")
  void noticed() {
    bundlesStale = true;
  }

  @Override
  @GuardedBy("this")
  void push(Audience audience) {
    Catalog catalog = catalog();
    if (bundlesStale && bundles()) {
      bundlesStale = false;
      refreshBundles(audience, catalog);
    }
    if (sendAdditions(catalog)) {
      sendRemovals(catalog);
    }
  }

  /**
   * Whether there is anything to follow from. Until a client that has reconnected has named its
   * listeners, what it holds must not look as if nothing led to it.
   */
  @GuardedBy("this") private boolean bundles() {
    Subscription listeners = subscriptions().get(ResourceType.LISTENER);
    return takesBundles() && listeners != null && listeners.wasRequested();
  }

  /** Makes what follows from the listeners asked for wanted, and what no longer does unwanted. */
  @GuardedBy("this") private void refreshBundles(Audience audience, Catalog catalog) {
    Map<ResourceType, Set<String>> reachable = new EnumMap<>(ResourceType.class);
    BUNDLED.forEach(type -> reachable.put(type, new HashSet<>()));
    Subscription listeners = subscription(ResourceType.LISTENER);
    listeners.dirty.addAll(listeners.asked);
    for (String listener : listeners.asked) {
      for (ResourceKey key : catalog.reachableFrom(listener)) {
        reachable.computeIfAbsent(key.type(), any -> new HashSet<>()).add(key.name());
      }
    }
    reachable.forEach((type, names) -> imply(audience, subscription(type), names));
  }

  @GuardedBy("this") private void imply(Audience audience, Subscription subscription, Set<String> names) {
    Set<String> before = subscription.implied;
    subscription.implied = names;
    for (String name : names) {
      if (!before.contains(name)) {
        join(audience, new ResourceKey(subscription.type, name));
        subscription.dirty.add(name);
        subscription.removals.remove(name);
      }
    }
    for (String name : before) {
      if (!subscription.wants(name)) {
        leave(audience, new ResourceKey(subscription.type, name));
        subscription.dirty.remove(name);
      }
    }
    // It may also have something from an earlier stream that nothing leads to any more.
    for (var told = subscription.told.entrySet().iterator(); told.hasNext(); ) {
      Map.Entry<String, String> each = told.next();
      if (subscription.wants(each.getKey())) {
        continue;
      }
      if (each.getValue().equals(Subscription.ABSENT)) {
        told.remove();
      } else {
        subscription.removals.add(each.getKey());
      }
    }
  }

  /** False where something that comes first could not be sent yet. */
  @GuardedBy("this") private boolean sendAdditions(Catalog catalog) {
    for (ResourceType type : ADDITIONS) {
      Subscription subscription = subscriptions().get(type);
      if (subscription == null || !subscription.hasUnsent()) {
        continue;
      }
      if (subscription.unanswered == null) {
        if (!outbox().ready()) {
          return false;
        }
        sendAdditions(catalog, subscription);
      }
      // Envoy may hold its answer for clusters back until it has the endpoints: never wait there.
      if (subscription.hasUnsent() && takesBundles()) {
        return false;
      }
    }
    return true;
  }

  @GuardedBy("this") private void sendAdditions(Catalog catalog, Subscription subscription) {
    DeltaChanges changes = new DeltaChanges();
    var names = subscription.dirty.iterator();
    while (names.hasNext() && changes.frame().length() < Limits.RESPONSE_BYTES) {
      String name = names.next();
      names.remove();
      if (subscription.wants(name)) {
        add(changes, subscription, name, forNow(catalog, subscription, name));
      }
    }
    if (changes.any() || subscription.answerDue) {
      send(subscription, changes.frame(), changes.response());
    }
  }

  /** The resource as the client may have it before it has heard of anything else that changes. */
  @GuardedBy("this") private @Nullable Encoded forNow(Catalog catalog, Subscription subscription, String name) {
    ResourceKey key = new ResourceKey(subscription.type, name);
    if (subscription.type != ResourceType.IDENTITIES) {
      return catalog.get(key);
    }
    SortedSet<String> known = places.forNow(catalog.identities(), name);
    boolean shrinks = !known.equals(catalog.identities().places(name));
    places.told(name, known);
    if (!shrinks) {
      return catalog.get(key);
    }
    subscription.removals.add(name);
    return Encoded.of(key.type(), name, SecurityResources.identity(name, known));
  }

  @GuardedBy("this") private void add(
      DeltaChanges changes, Subscription subscription, String name, @Nullable Encoded resource) {
    String told = subscription.told.get(name);
    if (resource != null) {
      if (subscription.type != ResourceType.IDENTITIES) {
        subscription.removals.remove(name);
      }
      if (!resource.version().equals(told)) {
        changes.add(resource);
        subscription.told.put(name, resource.version());
        if (subscription.type == ResourceType.CLUSTER) {
          tellEndpointsAgain(name);
        }
      }
    } else if (told == null || UNREFERRED.contains(subscription.type)) {
      // Never had: say so at once, or whoever refers to it waits for it.
      if (!Subscription.ABSENT.equals(told)) {
        changes.remove(name);
        subscription.told.put(name, Subscription.ABSENT);
      }
    } else if (!told.equals(Subscription.ABSENT)) {
      subscription.removals.add(name);
    }
  }

  @GuardedBy("this") private void sendRemovals(Catalog catalog) {
    for (ResourceType type : REMOVALS) {
      Subscription subscription = subscriptions().get(type);
      if (subscription == null || subscription.removals.isEmpty()) {
        continue;
      }
      if (subscription.unanswered != null || referrersUnsure(type) || !outbox().ready()) {
        return;
      }
      sendRemovals(catalog, subscription);
    }
  }

  /**
   * Whether the client may still go by something that refers to this type: because it has not
   * answered yet, or has refused the news and keeps the old.
   */
  @GuardedBy("this") private boolean referrersUnsure(ResourceType type) {
    for (Subscription other : subscriptions().values()) {
      boolean refers = other.type.compareTo(type) > 0;
      if (refers && (other.unanswered != null || other.rejection != null)) {
        return true;
      }
    }
    return false;
  }

  @GuardedBy("this") private void sendRemovals(Catalog catalog, Subscription subscription) {
    DeltaChanges changes = new DeltaChanges();
    for (String name : subscription.removals) {
      boolean wanted = subscription.wants(name);
      Encoded there = catalog.get(new ResourceKey(subscription.type, name));
      if (subscription.type == ResourceType.IDENTITIES) {
        places.told(name, catalog.identities().places(name));
      }
      if (wanted && there != null) {
        // It is back, and a change that says so is on its way; or it shrinks, now that it may.
        if (subscription.type == ResourceType.IDENTITIES
            && !there.version().equals(subscription.told.put(name, there.version()))) {
          changes.add(there);
        }
        continue;
      }
      changes.remove(name);
      if (wanted) {
        subscription.told.put(name, Subscription.ABSENT);
      } else {
        subscription.told.remove(name);
      }
    }
    subscription.removals.clear();
    if (changes.any()) {
      send(subscription, changes.frame(), changes.response());
    }
  }
}
