package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.CLUSTER;
import static dev.weft.control.xds.resource.ResourceType.ENDPOINTS;
import static dev.weft.control.xds.resource.ResourceType.HOSTS;
import static dev.weft.control.xds.resource.ResourceType.LISTENER;
import static dev.weft.control.xds.resource.ResourceType.ROUTES;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.api.v1.HostTable;
import dev.weft.control.api.v1.OutboundTrafficPolicy;
import dev.weft.control.xds.resource.UnknownHosts;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent is told when it names a listener, and when what that leads to changes. */
class DeltaBundleTest {

  private static final String HOST = "reviews.default.svc.cluster.local";
  private static final String ALL = "outbound|9080||" + HOST;
  private static final String V1 = "outbound|9080|v1|" + HOST;
  private static final String V2 = "outbound|9080|v2|" + HOST;

  private final Models models = new Models();
  private Running running;

  @BeforeEach
  void start() throws IOException {
    models.start("reviews", "v1", 9081);
    models.start("reviews", "v2", 9082);
    models.configure(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: reviews, namespace: default}
        spec:
          selector: {app: reviews}
          ports: [{name: http, port: 9080}]
        """);
    running = new Running(models);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  static String split(int v1, int v2) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: reviews, namespace: default}
    spec:
      selector: {app: reviews}
      ports: [{name: http, port: 9080}]
    ---
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {name: reviews, namespace: default}
    spec:
      host: reviews
      subsets:
      - {name: v1, labels: {version: v1}}
      - {name: v2, labels: {version: v2}}
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: reviews, namespace: default}
    spec:
      hosts: [reviews]
      http:
      - match: [{headers: {End-User: {exact: jason}}}]
        route: [{destination: {host: reviews, subset: v2}}]
      - route:
        - {destination: {host: reviews, subset: v1}, weight: %d}
        - {destination: {host: reviews, subset: v2}, weight: %d}
    """
        .formatted(v1, v2);
  }

  @Test
  void aListenerBringsAllThatItLeadsToInOrder() throws Exception {
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(LISTENER, "reviews:9080");
      assertThat(DeltaPeer.names(peer.next(CLUSTER))).containsExactly(ALL);
      assertThat(DeltaPeer.names(peer.next(ENDPOINTS))).containsExactly(ALL);
      assertThat(DeltaPeer.names(peer.next(ROUTES))).containsExactly(ALL);
      assertThat(DeltaPeer.names(peer.next(LISTENER))).containsExactly("reviews:9080");
      peer.expectNothing();
    }
  }

  @Test
  void aNewSplitMakesBeforeItBreaks() throws Exception {
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(LISTENER, "reviews:9080");
      for (int i = 0; i < 4; i++) {
        peer.next();
      }
      models.configure(split(80, 20));
      assertThat(DeltaPeer.names(peer.next(CLUSTER))).containsExactlyInAnyOrder(V1, V2);
      assertThat(DeltaPeer.names(peer.next(ENDPOINTS))).containsExactlyInAnyOrder(V1, V2);
      assertThat(DeltaPeer.names(peer.next(ROUTES))).containsExactly(ALL);
      assertThat(peer.next(ENDPOINTS).getRemovedResourcesList()).containsExactly(ALL);
      assertThat(peer.next(CLUSTER).getRemovedResourcesList()).containsExactly(ALL);

      models.configure(split(50, 50));
      assertThat(DeltaPeer.names(peer.next(ROUTES))).containsExactly(ALL);
      peer.expectNothing();
    }
  }

  @Test
  void nothingIsTakenBackThatARefusedRouteStillNeeds() throws Exception {
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(LISTENER, "reviews:9080");
      for (int i = 0; i < 4; i++) {
        peer.next();
      }
      peer.silent();
      models.configure(split(80, 20));
      peer.acknowledge(peer.next(CLUSTER));
      peer.acknowledge(peer.next(ENDPOINTS));
      peer.refuse(peer.next(ROUTES), "no thanks");
      peer.expectNothing();
      assertThat(running.ads.clients().get(0).sync()).isEqualTo(ClientStatus.Sync.NACK);
    }
  }

  @Test
  void whatDoesNotExistIsSaidAndHoldsNothingUp() throws Exception {
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(LISTENER, "nowhere:80", "reviews:9080", "a\u0001\u001b[2J\nb:1", "..:80", "");
      peer.next(CLUSTER);
      peer.next(ENDPOINTS);
      peer.next(ROUTES);
      var listeners = peer.next(LISTENER);
      assertThat(DeltaPeer.names(listeners)).containsExactly("reviews:9080");
      assertThat(listeners.getRemovedResourcesList())
          .containsExactlyInAnyOrder("nowhere:80", "a\u0001\u001b[2J\nb:1", "..:80", "");

      models.start("nowhere", "v1", 80);
      assertThat(peer.next(CLUSTER).getResourcesCount()).isEqualTo(1);
      peer.next(ENDPOINTS);
      peer.next(ROUTES);
      assertThat(DeltaPeer.names(peer.next(LISTENER))).containsExactly("nowhere:80");

      models.stop("nowhere", "v1");
      assertThat(peer.next(LISTENER).getRemovedResourcesList()).containsExactly("nowhere:80");
      assertThat(peer.next(ROUTES).getRemovedResourcesCount()).isEqualTo(1);
      assertThat(peer.next(ENDPOINTS).getRemovedResourcesCount()).isEqualTo(1);
      assertThat(peer.next(CLUSTER).getRemovedResourcesCount()).isEqualTo(1);
    }
  }

  @Test
  void theHostTableNamesHostsAndTheHeadersThatRulesMatchOn() throws Exception {
    models.configure(split(1, 1));
    running.settle();
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(HOSTS, "default");
      HostTable table = peer.next(HOSTS).getResources(0).getResource().unpack(HostTable.class);
      assertThat(table.getHostsList())
          .containsExactly("reviews", "reviews.default", "reviews.default.svc", HOST);
      assertThat(table.getContextHeadersList()).containsExactly("end-user");
    }
  }

  @Test
  void thePolicyOfUnknownHostsComesWithTheTableAndAsEnvoysRoutes() throws Exception {
    models.configure(
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: db}
        spec:
          hosts: [db.example.com, '*.db.example.com']
          addresses: [10.9.9.9, 10.8.0.0/16]
          ports: [{number: 443, name: tls, protocol: TLS}, {number: 80, name: http, protocol: HTTP}]
        ---
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: web}
        spec:
          workloadSelector: {labels: {app: web}}
          egress: [{hosts: ['./*.example.com']}]
          outboundTrafficPolicy: {mode: REGISTRY_ONLY}
        """);
    running.settle();
    try (DeltaPeer free = DeltaPeer.weft(running.channel());
        DeltaPeer web = DeltaPeer.as(running.channel(), webNode())) {
      HostTable all =
          free.subscribe(HOSTS, "default")
              .next(HOSTS)
              .getResources(0)
              .getResource()
              .unpack(HostTable.class);
      assertThat(all.getOutboundTrafficPolicy()).isEqualTo(OutboundTrafficPolicy.ALLOW_ANY);
      assertThat(all.getOpaquePortsList()).isEmpty();
      HostTable table =
          web.subscribe(HOSTS, "default")
              .next(HOSTS)
              .getResources(0)
              .getResource()
              .unpack(HostTable.class);
      assertThat(table.getHostsList()).containsExactly("10.9.9.9", "db.example.com");
      assertThat(table.getWildcardsList()).containsExactly(".db.example.com");
      assertThat(table.getOutboundTrafficPolicy()).isEqualTo(OutboundTrafficPolicy.REGISTRY_ONLY);
      assertThat(table.getOpaquePortsList())
          .containsExactly(".db.example.com:443", "10.9.9.9:443", "db.example.com:443");
      assertThat(all.getKnownList()).isEmpty();
      assertThat(table.getKnownList())
          .extracting(it -> it.getNames(0))
          .containsExactlyInAnyOrder("db.example.com", ".db.example.com");
      assertThat(table.getKnownList())
          .allSatisfy(
              it -> {
                assertThat(it.getAddressesList()).containsExactly("10.8.0.0/16", "10.9.9.9");
                assertThat(it.getPortsList()).containsExactly(80, 443);
              });

      free.subscribe(ROUTES, UnknownHosts.ROUTES);
      web.subscribe(ROUTES, UnknownHosts.ROUTES);
      assertThat(catchAll(free.next(ROUTES)))
          .satisfies(
              host -> assertThat(host.getName()).isEqualTo("allow_any"),
              host ->
                  assertThat(host.getRoutes(0).getRoute().getCluster())
                      .isEqualTo("PassthroughCluster"));
      assertThat(catchAll(web.next(ROUTES)))
          .satisfies(
              host -> assertThat(host.getName()).isEqualTo("block_all"),
              host -> assertThat(host.getRoutes(0).getDirectResponse().getStatus()).isEqualTo(502));
    }
  }

  private static VirtualHost catchAll(DeltaDiscoveryResponse response) throws Exception {
    return response
        .getResources(0)
        .getResource()
        .unpack(RouteConfiguration.class)
        .getVirtualHosts(0);
  }

  private static Node webNode() {
    Struct labels = Struct.newBuilder().putFields("app", DeltaPeer.text("web")).build();
    Node.Builder node = DeltaPeer.weftNode("default").toBuilder();
    node.getMetadataBuilder()
        .putFields("LABELS", Value.newBuilder().setStructValue(labels).build());
    return node.build();
  }

  @Test
  void aMissingSubsetIsToldBeforeTheRouteThatNamesIt() throws Exception {
    models.configure(split(1, 1).replace("{name: v2,", "{name: v3,"));
    running.settle();
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.subscribe(LISTENER, "reviews:9080");
      var clusters = peer.next(CLUSTER);
      assertThat(DeltaPeer.names(clusters)).containsExactly(V1);
      assertThat(clusters.getRemovedResourcesList()).containsExactly(V2);
      assertThat(DeltaPeer.names(peer.next(ENDPOINTS))).containsExactly(V1);
      peer.next(ROUTES);
    }
  }

  @Test
  void whoHasEverythingIsAnsweredAllTheSame() throws Exception {
    try (DeltaPeer before = DeltaPeer.weft(running.channel());
        DeltaPeer after = DeltaPeer.weft(running.channel())) {
      before.subscribe(HOSTS, "default");
      String version = before.next(HOSTS).getResources(0).getVersion();
      after.send(
          HOSTS,
          it ->
              it.addResourceNamesSubscribe("default")
                  .putInitialResourceVersions("default", version));
      assertThat(after.next(HOSTS).getResourcesList()).isEmpty();
      after.expectNothing();
    }
  }

  @Test
  void whatNothingLeadsToAnyMoreIsTakenBackAfterAReconnect() throws Exception {
    try (DeltaPeer peer = DeltaPeer.weft(running.channel())) {
      peer.send(
          CLUSTER, it -> it.addResourceNamesSubscribe(V1).putInitialResourceVersions(V1, "before"));
      var heard = peer.next(CLUSTER);
      assertThat(heard.getResourcesList()).isEmpty();
      assertThat(heard.getRemovedResourcesList()).isEmpty();
      // Not before it has said what it uses.
      models.start("other", "v1", 80);
      running.settle();
      peer.expectNothing();
      peer.subscribe(LISTENER, "reviews:9080");
      assertThat(DeltaPeer.names(peer.next(CLUSTER))).containsExactly(ALL);
      peer.next(ENDPOINTS);
      peer.next(ROUTES);
      peer.next(LISTENER);
      assertThat(peer.next(CLUSTER).getRemovedResourcesList()).containsExactly(V1);
    }
  }

  @Test
  void aReconnectWithItsVersionsIsToldNothingThatItHas() throws Exception {
    models.configure(split(80, 20));
    running.settle();
    try (DeltaPeer before = DeltaPeer.weft(running.channel())) {
      before.subscribe(LISTENER, "reviews:9080");
      for (int i = 0; i < 4; i++) {
        before.next();
      }
      try (DeltaPeer after = DeltaPeer.weft(running.channel())) {
        for (var type :
            new dev.weft.control.xds.resource.ResourceType[] {
              CLUSTER, ENDPOINTS, ROUTES, LISTENER
            }) {
          after.send(
              type,
              request -> {
                before.versions.forEach(
                    (name, version) -> {
                      if (name.startsWith(type.url() + "|")) {
                        request.putInitialResourceVersions(
                            name.substring(type.url().length() + 1), version);
                      }
                    });
                if (type == LISTENER) {
                  request.addResourceNamesSubscribe("reviews:9080");
                }
              });
        }
        // One answer, so that it knows that it was heard; it says nothing.
        var heard = after.next(CLUSTER);
        assertThat(heard.getResourcesList()).isEmpty();
        assertThat(heard.getRemovedResourcesList()).isEmpty();
        after.expectNothing();
        models.configure(split(10, 90));
        assertThat(DeltaPeer.names(after.next(ROUTES))).containsExactly(ALL);
      }
    }
  }
}
