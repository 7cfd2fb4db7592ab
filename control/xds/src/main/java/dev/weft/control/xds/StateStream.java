package dev.weft.control.xds;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.xds.resource.ResourceType;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The state-of-the-world variant: each request names everything that is wanted. Responses with
 * listeners or clusters name everything that exists of it, because what is missing there counts as
 * removed; those with routes or endpoints carry what changed. A name that does not exist is left
 * out and holds nothing else up.
 */
final class StateStream extends AdsStream {

  private static final int VERSION_FIELD = 1;

  StateStream(ServerContext context, Outbox outbox, Peer peer) {
    super(context, outbox, peer);
  }

  /** One request: an answer to the last response, a change of what is wanted, or both. */
  synchronized void received(DiscoveryRequest request) {
    Audience audience = identify(request.getNode());
    ResourceType type = ResourceType.of(request.getTypeUrl()).orElse(null);
    if (audience == null) {
      return;
    }
    if (type == null) {
      context().counters().unknownType();
      return;
    }
    Subscription subscription = subscription(type);
    boolean first = subscription.firstRequest();
    String nonce = request.getResponseNonce();
    if (!nonce.isEmpty() && !subscription.lastNonce.isEmpty()) {
      if (!nonce.equals(subscription.lastNonce)) {
        // Written before the client saw our last response; it will answer that one too.
        return;
      }
      answered(
          subscription,
          nonce,
          request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null);
    }
    Set<String> wanted = new LinkedHashSet<>(request.getResourceNamesList());
    boolean all = wanted.isEmpty() && (first || subscription.wantsAll());
    if (all && type.completeInStateOfTheWorld()) {
      wanted.add(Subscription.EVERY_NAME);
    }
    if (want(audience, subscription, wanted)) {
      schedule();
    }
  }

  @GuardedBy("this") private boolean want(Audience audience, Subscription subscription, Set<String> wanted) {
    for (String name : List.copyOf(subscription.asked)) {
      if (!wanted.contains(name)) {
        forget(audience, subscription, name);
        subscription.told.remove(name);
        subscription.dirty.remove(name);
      }
    }
    for (String name : wanted) {
      if (subscription.asked.contains(name)) {
        continue;
      }
      if (!ask(audience, subscription, name)) {
        return false;
      }
      subscription.dirty.add(name);
      subscription.answerDue |= subscription.type.completeInStateOfTheWorld();
    }
    return true;
  }

  @Override
  @GuardedBy("this")
  void push(Audience audience) {
    Catalog catalog = catalog();
    for (ResourceType type : ResourceType.values()) {
      Subscription subscription = subscriptions().get(type);
      if (subscription == null || !subscription.hasUnsent() || subscription.unanswered != null) {
        continue;
      }
      if (!outbox().ready()) {
        return;
      }
      if (type.completeInStateOfTheWorld()) {
        sendEverything(catalog, subscription);
      } else {
        sendChanges(catalog, subscription);
      }
    }
  }

  @GuardedBy("this") private void sendEverything(Catalog catalog, Subscription subscription) {
    Set<String> names = new TreeSet<>(subscription.asked);
    if (names.remove(Subscription.EVERY_NAME)) {
      names.addAll(catalog.all(subscription.type));
    }
    State state = new State();
    for (String name : names) {
      Encoded resource = catalog.get(new ResourceKey(subscription.type, name));
      state.add(resource);
      if (subscription.type == ResourceType.CLUSTER && resource != null) {
        String version = resource.version();
        if (!version.equals(subscription.told.put(name, version))) {
          tellEndpointsAgain(name);
        }
      }
    }
    subscription.dirty.clear();
    if (subscription.answerDue || !state.version().equals(subscription.lastVersion)) {
      send(subscription, state.frame, state.response());
    }
  }

  @GuardedBy("this") private void sendChanges(Catalog catalog, Subscription subscription) {
    State state = new State();
    var names = subscription.dirty.iterator();
    while (names.hasNext() && state.frame.length() < Limits.RESPONSE_BYTES) {
      String name = names.next();
      names.remove();
      Encoded resource = catalog.get(new ResourceKey(subscription.type, name));
      if (resource == null) {
        subscription.told.remove(name);
      } else if (!resource.version().equals(subscription.told.put(name, resource.version()))) {
        state.add(resource);
      }
    }
    if (!state.names.isEmpty()) {
      send(subscription, state.frame, state.response());
    }
  }

  /** A response in the making. */
  private static final class State {

    private final Frame frame = new Frame();
    private final List<String> names = new ArrayList<>();
    private final StringBuilder content = new StringBuilder();

    void add(@Nullable Encoded resource) {
      if (resource != null) {
        resource.appendState(frame);
        names.add(resource.name());
        content.append(resource.name()).append('@').append(resource.version()).append('\n');
      }
    }

    String version() {
      return Encoded.hash(content.toString());
    }

    Response response() {
      return new Response(VERSION_FIELD, version(), names);
    }
  }
}
