package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.ENDPOINTS;
import static dev.weft.control.xds.resource.ResourceType.HOSTS;
import static dev.weft.control.xds.resource.ResourceType.IDENTITIES;
import static dev.weft.control.xds.resource.ResourceType.INBOUND;
import static dev.weft.control.xds.resource.ResourceType.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.api.v1.IdentityEndpoints;
import dev.weft.control.api.v1.InboundSecurity;
import dev.weft.control.xds.resource.ResourceType;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Who serves where is known before anybody is sent there, and as long as anybody is. */
class IdentityOrderTest {

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: reviews, namespace: default}
      spec:
        selector: {app: reviews}
        ports: [{name: http, port: 9080}]
      """;
  private static final String REVIEWS = "spiffe://cluster.local/ns/default/sa/reviews";
  private static final String RATINGS = "spiffe://cluster.local/ns/default/sa/ratings";

  private final Models models = new Models();
  private Running running;

  @BeforeEach
  void start() throws IOException {
    models.configure(SERVICE);
    running = new Running(models);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  /** What a client holds after each response. */
  private static final class Held {

    final Map<String, List<String>> identities = new HashMap<>();
    final Map<String, List<String>> endpoints = new HashMap<>();

    void take(DeltaDiscoveryResponse response) throws Exception {
      ResourceType type = ResourceType.of(response.getTypeUrl()).orElseThrow();
      for (Resource resource : response.getResourcesList()) {
        if (type == IDENTITIES) {
          identities.put(
              resource.getName(),
              resource.getResource().unpack(IdentityEndpoints.class).getAddressesList());
        } else if (type == ENDPOINTS) {
          endpoints.put(resource.getName(), addresses(resource));
        }
      }
      for (String name : response.getRemovedResourcesList()) {
        (type == IDENTITIES ? identities : type == ENDPOINTS ? endpoints : new HashMap<>())
            .remove(name);
      }
    }

    private static List<String> addresses(Resource resource) throws Exception {
      List<String> addresses = new ArrayList<>();
      for (var group :
          resource.getResource().unpack(ClusterLoadAssignment.class).getEndpointsList()) {
        for (var member : group.getLbEndpointsList()) {
          var socket = member.getEndpoint().getAddress().getSocketAddress();
          addresses.add(socket.getAddress() + ":" + socket.getPortValue());
        }
      }
      return addresses;
    }

    Set<String> places() {
      Set<String> all = new HashSet<>();
      identities.values().forEach(all::addAll);
      return all;
    }

    Set<String> destinations() {
      Set<String> all = new HashSet<>();
      endpoints.values().forEach(all::addAll);
      return all;
    }
  }

  @Test
  void anIdentityGrowsBeforeAndShrinksAfterItsEndpoints() throws Exception {
    models.startProven("reviews", "v1", 9081);
    running.settle();
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(HOSTS, "default").subscribe(IDENTITIES, "*");
      peer.subscribe(LISTENER, "reviews:9080");
      Held held = new Held();
      while (!held.destinations().contains("127.0.0.1:9081")) {
        held.take(peer.next());
      }
      assertThat(held.identities).containsOnly(Map.entry(REVIEWS, List.of("127.0.0.1:9081")));
      running.settle();
      peer.responses.clear();
      peer.silent();
      models.replaceProven("reviews", "v1", "v2", 9082);
      DeltaDiscoveryResponse grown = peer.next(IDENTITIES);
      held.take(grown);
      assertThat(held.identities.get(REVIEWS)).containsExactly("127.0.0.1:9081", "127.0.0.1:9082");
      peer.acknowledge(grown);
      DeltaDiscoveryResponse moved = peer.next();
      while (!moved.getTypeUrl().equals(ENDPOINTS.url())) {
        peer.acknowledge(moved);
        moved = peer.next();
      }
      held.take(moved);
      assertThat(held.destinations()).containsExactly("127.0.0.1:9082");
      // Not while the client may still go by the old ones.
      peer.subscribe(HOSTS, "any-other");
      DeltaDiscoveryResponse other = peer.next(HOSTS);
      peer.acknowledge(other);
      assertThat(peer.responses).isEmpty();
      peer.acknowledge(moved);
      held.take(peer.next(IDENTITIES));
      assertThat(held.identities.get(REVIEWS)).containsExactly("127.0.0.1:9082");
    }
  }

  @Test
  void whenTheLastOneGoesItsIdentityGoesLast() throws Exception {
    models.startProven("reviews", "v1", 9081);
    running.settle();
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(HOSTS, "default").subscribe(IDENTITIES, "*");
      peer.subscribe(LISTENER, "reviews:9080");
      Held held = new Held();
      while (held.destinations().isEmpty()) {
        held.take(peer.next());
      }
      running.settle();
      peer.responses.clear();
      models.stop("reviews", "v1");
      List<String> order = new ArrayList<>();
      while (!held.identities.isEmpty()) {
        DeltaDiscoveryResponse response = peer.next();
        order.add(response.getTypeUrl());
        held.take(response);
      }
      assertThat(held.destinations()).isEmpty();
      assertThat(order).containsSubsequence(ENDPOINTS.url(), IDENTITIES.url());
    }
  }

  @Test
  void aPlaceThatAnotherHasTakenIsItsOwnAtOnce() throws Exception {
    models.startProven("reviews", "v1", 9081);
    running.settle();
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(IDENTITIES, "*");
      Held held = new Held();
      held.take(peer.next(IDENTITIES));
      models.stop("reviews", "v1");
      models.startProven("ratings", "v1", 9081);
      running.settle();
      while (!held.identities.equals(Map.of(RATINGS, List.of("127.0.0.1:9081")))) {
        held.take(peer.next(IDENTITIES));
      }
    }
  }

  @Test
  void aMeshWithoutIdentitiesIsAnAnswer() throws Exception {
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(HOSTS, "default").subscribe(IDENTITIES, "*");
      peer.next(HOSTS);
      DeltaDiscoveryResponse empty = peer.next(IDENTITIES);
      assertThat(empty.getResourcesList()).isEmpty();
      assertThat(empty.getRemovedResourcesList()).isEmpty();
      models.start("plain", "v1", 9090);
      models.startProven("ratings", "v1", 9091);
      Held held = new Held();
      DeltaDiscoveryResponse next = peer.next();
      while (!next.getTypeUrl().equals(IDENTITIES.url())) {
        next = peer.next();
      }
      held.take(next);
      assertThat(held.identities).containsOnly(Map.entry(RATINGS, List.of("127.0.0.1:9091")));
    }
  }

  @RepeatedTest(20)
  void noEndpointIsEverWithoutItsIdentity() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    models.startProven("reviews", "v0", 9100);
    running.settle();
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(HOSTS, "default").subscribe(IDENTITIES, "*");
      peer.subscribe(LISTENER, "reviews:9080");
      Held held = new Held();
      String current = "v0";
      for (int step = 1; step < 40; step++) {
        int port = 9100 + random.nextInt(5);
        switch (random.nextInt(3)) {
          case 0 -> {
            models.replaceProven("reviews", current, "v" + step, port);
            current = "v" + step;
          }
          case 1 -> models.stop("reviews", current);
          default -> {
            models.stop("reviews", "x" + port);
            models.startProven("reviews", "x" + port, port);
          }
        }
        if (random.nextBoolean()) {
          running.settle();
        }
        check(peer, held, seed);
      }
      // What lingers goes when everything is acknowledged.
      Set<String> truth = new HashSet<>(models.current().identities().places(REVIEWS));
      while (!held.places().equals(truth) || !truth.containsAll(held.destinations())) {
        held.take(peer.next());
        assertThat(held.places()).as("seed %d", seed).containsAll(held.destinations());
      }
    }
  }

  private static void check(DeltaPeer peer, Held held, long seed) throws Exception {
    DeltaDiscoveryResponse response = peer.responses.poll();
    while (response != null) {
      held.take(response);
      assertThat(held.places()).as("seed %d", seed).containsAll(held.destinations());
      response = peer.responses.poll();
    }
  }

  @Test
  void whatAWorkloadDemandsFollowsItsLabels() throws Exception {
    String name = "default?app=reviews&version=v1";
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(INBOUND, name, "default?", "default?nonsense", "No Namespace?a=b");
      DeltaDiscoveryResponse first = peer.next(INBOUND);
      assertThat(DeltaPeer.names(first)).containsExactlyInAnyOrder(name, "default?");
      assertThat(first.getRemovedResourcesList())
          .containsExactlyInAnyOrder("default?nonsense", "No Namespace?a=b");
      assertThat(inbound(first, name))
          .isEqualTo(
              InboundSecurity.newBuilder()
                  .setMode(InboundSecurity.Mode.PERMISSIVE)
                  .addTrustDomains("cluster.local")
                  .build());
      models.configure(
          SERVICE
              + """
              ---
              apiVersion: security.istio.io/v1
              kind: PeerAuthentication
              metadata: {name: reviews, namespace: default}
              spec:
                selector: {matchLabels: {app: reviews}}
                mtls: {mode: STRICT}
                portLevelMtls: {8081: {mode: DISABLE}}
              """);
      DeltaDiscoveryResponse changed = peer.next(INBOUND);
      assertThat(DeltaPeer.names(changed)).containsExactly(name);
      assertThat(inbound(changed, name))
          .isEqualTo(
              InboundSecurity.newBuilder()
                  .setMode(InboundSecurity.Mode.STRICT)
                  .putPorts(8081, InboundSecurity.Mode.DISABLE)
                  .addTrustDomains("cluster.local")
                  .build());
      models.start("other", "v1", 9099);
      running.settle();
      peer.expectNothing();
    }
  }

  private static InboundSecurity inbound(DeltaDiscoveryResponse response, String name)
      throws Exception {
    for (Resource resource : response.getResourcesList()) {
      if (resource.getName().equals(name)) {
        return resource.getResource().unpack(InboundSecurity.class);
      }
    }
    throw new AssertionError(name + " is not in " + response);
  }
}
