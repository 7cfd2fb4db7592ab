package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.model.Caller;
import dev.weft.control.model.Namespace;
import dev.weft.control.xds.resource.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Clients come, go and change their minds while models change: in the end each holds exactly what
 * follows from what it asked for, at its last version.
 */
class ConvergenceTest {

  private static final int ROUNDS = 300;
  private static final int PEERS = 4;
  private static final int STEPS = 12;
  private static final int SERVICES = 4;

  private final Models models = new Models();

  /** A client and what it wants at the moment. */
  private record Actor(DeltaPeer peer, Set<String> wanted) {}

  @RepeatedTest(ROUNDS)
  void everybodyEndsUpWithTheTruth() throws Exception {
    long seed = new Random().nextLong();
    ExecutorService threads = Executors.newFixedThreadPool(PEERS);
    models.start("s0", "v1", 80);
    try (Running running = new Running(models)) {
      List<Future<Actor>> actors = new ArrayList<>();
      for (int i = 0; i < PEERS; i++) {
        Random random = new Random(seed + i);
        actors.add(threads.submit(() -> act(running, random)));
      }
      change(new Random(seed - 1));
      for (Future<Actor> future : actors) {
        Actor actor = future.get();
        Map<String, String> truth = truth(actor.wanted);
        Awaitility.await("seed " + seed)
            .pollInterval(Duration.ofMillis(2))
            .untilAsserted(
                () -> assertThat(held(actor)).as("ended: %s", actor.peer.ended).isEqualTo(truth));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** A client forgets by itself what it has unsubscribed. */
  private static Map<String, String> held(Actor actor) {
    Map<String, String> held = new HashMap<>(actor.peer.versions);
    String prefix = LISTENER.url() + "|";
    held.keySet()
        .removeIf(
            key ->
                key.startsWith(prefix) && !actor.wanted.contains(key.substring(prefix.length())));
    return held;
  }

  private Actor act(Running running, Random random) {
    DeltaPeer peer = DeltaPeer.weft(running.channel());
    Set<String> wanted = new HashSet<>();
    for (int step = 0; step < STEPS; step++) {
      String name = "s" + random.nextInt(SERVICES) + ":80";
      switch (random.nextInt(5)) {
        case 0 -> {
          peer.unsubscribe(LISTENER, name);
          wanted.remove(name);
        }
        case 1 -> {
          peer.close();
          peer = DeltaPeer.weft(running.channel());
          if (!wanted.isEmpty()) {
            peer.subscribe(LISTENER, wanted.toArray(new String[0]));
          }
        }
        default -> {
          peer.subscribe(LISTENER, name);
          wanted.add(name);
        }
      }
    }
    return new Actor(peer, wanted);
  }

  private void change(Random random) {
    for (int step = 0; step < STEPS; step++) {
      String service = "s" + random.nextInt(SERVICES);
      switch (random.nextInt(4)) {
        case 0 -> models.stop(service, "v1");
        case 1 -> models.start(service, "v2", 80);
        case 2 -> models.configure(random.nextBoolean() ? "" : split(service, random.nextInt(100)));
        default -> {
          models.stop(service, "v1");
          models.start(service, "v1", 80);
        }
      }
    }
  }

  private static String split(String service, int weight) {
    return """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: r, namespace: default}
    spec:
      host: SERVICE
      subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: r, namespace: default}
    spec:
      hosts: [SERVICE]
      http:
      - route:
        - {destination: {host: SERVICE, subset: v1}, weight: %d}
        - {destination: {host: s0}, weight: %d}
    """
        .replace("SERVICE", service)
        .formatted(1 + weight, 100 - weight);
  }

  /** What a client holds that wants these listeners. */
  private Map<String, String> truth(Set<String> listeners) {
    Catalog catalog =
        new Catalog(
            models.current(),
            models.current().view(new Caller(new Namespace("default"), Map.of())),
            Profile.WEFT,
            null);
    Set<ResourceKey> keys = new HashSet<>();
    for (String listener : listeners) {
      keys.add(new ResourceKey(LISTENER, listener));
      keys.addAll(catalog.reachableFrom(listener));
    }
    Map<String, String> truth = new HashMap<>();
    for (ResourceKey key : keys) {
      Encoded resource = catalog.get(key);
      if (resource != null) {
        truth.put(key.type().url() + "|" + key.name(), resource.version());
      }
    }
    return truth;
  }
}
