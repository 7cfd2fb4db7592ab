package dev.weft.control.xds;

import static dev.weft.control.xds.resource.ResourceType.AUTHORIZATION;
import static dev.weft.control.xds.resource.ResourceType.HOSTS;
import static dev.weft.control.xds.resource.ResourceType.IDENTITIES;
import static dev.weft.control.xds.resource.ResourceType.INBOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.api.v1.Authorization;
import dev.weft.control.api.v1.HostTable;
import dev.weft.control.api.v1.InboundSecurity;
import dev.weft.control.model.Listener;
import dev.weft.control.model.Locality;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.Principal;
import dev.weft.control.model.Protocol;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A label takes a workload out of the mesh, and back, while its agent runs. */
class SwitchedOffTest {

  private static final String POLICIES =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: client, namespace: default}
      spec: {selector: {app: client}, ports: [{name: http, port: 80, targetPort: 8080}]}
      ---
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: strict, namespace: default}
      spec: {mtls: {mode: STRICT}}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: nobody, namespace: default}
      spec: {}
      """;

  private static final SpiffeId ID = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/client");
  private static final String WHOSE = "default?app=client";

  private final Models models = new Models();

  /** The pods as the cluster has them; one that is off is proven to be nobody. */
  private static Workload pod(String address, boolean off) {
    return new Workload(
        "default/client@" + address,
        "client",
        new Namespace("default"),
        off ? Map.of("app", "client", Workload.ENABLED, "false") : Map.of("app", "client"),
        address,
        List.of(new Listener(8080, Protocol.HTTP, "")),
        Map.of(),
        "client",
        Locality.UNKNOWN,
        1,
        Workload.Origin.PLACED,
        off ? null : Principal.placed(ID),
        Map.of("client", Map.of("http", 8080)));
  }

  private void running(boolean firstIsOff) {
    models.set(Models.read(POLICIES, List.of(pod("10.0.0.1", firstIsOff), pod("10.0.0.2", false))));
  }

  private static DeltaPeer agent(Running running, String address) {
    Node node =
        DeltaPeer.weftNode("default").toBuilder()
            .setId("weft~" + address + "~client.default~default.svc.cluster.local")
            .build();
    return DeltaPeer.as(running.channel(), node)
        .subscribe(HOSTS, "default")
        .subscribe(INBOUND, WHOSE)
        .subscribe(AUTHORIZATION, WHOSE)
        .subscribe(IDENTITIES, "*");
  }

  /** What an agent is told at first. */
  private record Told(int hosts, InboundSecurity.Mode mode, int policies, List<String> places) {
    static Told of(DeltaPeer peer) throws Exception {
      int hosts = -1;
      InboundSecurity.Mode mode = InboundSecurity.Mode.UNRECOGNIZED;
      int policies = -1;
      List<String> places = null;
      while (hosts < 0
          || policies < 0
          || places == null
          || mode == InboundSecurity.Mode.UNRECOGNIZED) {
        DeltaDiscoveryResponse next = peer.next();
        if (next.getTypeUrl().equals(HOSTS.url())) {
          hosts = next.getResources(0).getResource().unpack(HostTable.class).getHostsCount();
        } else if (next.getTypeUrl().equals(INBOUND.url())) {
          mode = next.getResources(0).getResource().unpack(InboundSecurity.class).getMode();
        } else if (next.getTypeUrl().equals(AUTHORIZATION.url())) {
          policies =
              next.getResources(0).getResource().unpack(Authorization.class).getFiltersCount();
        } else {
          places = DeltaPeer.names(next);
        }
      }
      return new Told(hosts, mode, policies, places);
    }
  }

  @Test
  void atOnceAndBack() throws Exception {
    running(false);
    try (Running running = new Running(models);
        DeltaPeer other = agent(running, "10.0.0.2")) {
      DeltaPeer on = agent(running, "10.0.0.1");
      Told before = Told.of(on);
      assertThat(before.hosts).isPositive();
      assertThat(before.mode).isEqualTo(InboundSecurity.Mode.STRICT);
      assertThat(before.policies).isEqualTo(1);
      assertThat(before.places).containsExactly(ID.toString());
      assertThat(Told.of(other)).isEqualTo(before);

      running(true);
      assertThat(Status.fromThrowable(on.ended.get(10, TimeUnit.SECONDS)))
          .satisfies(
              end -> {
                assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(end.getDescription()).contains("switched off: connect again");
              });
      try (DeltaPeer off = agent(running, "10.0.0.1")) {
        off.subscribe(HOSTS, "default");
        Told now = Told.of(off);
        assertThat(now.hosts).isZero();
        assertThat(now.mode).isEqualTo(InboundSecurity.Mode.PERMISSIVE);
        assertThat(now.policies).isZero();
        assertThat(now.places).isEmpty();
        // Its peer is told that nobody is to be expected there any more, and is not disturbed.
        DeltaDiscoveryResponse places = other.next(IDENTITIES);
        assertThat(
                places
                    .getResources(0)
                    .getResource()
                    .unpack(dev.weft.control.api.v1.IdentityEndpoints.class)
                    .getAddressesList())
            .containsExactly("10.0.0.2:8080");
        assertThat(other.ended).isNotDone();

        running(false);
        assertThat(Status.fromThrowable(off.ended.get(10, TimeUnit.SECONDS)).getDescription())
            .contains("switched on: connect again");
      }
      try (DeltaPeer again = agent(running, "10.0.0.1")) {
        assertThat(Told.of(again)).isEqualTo(before);
      }
      assertThat(other.ended).isNotDone();
    }
  }

  @Test
  void onlyThePlatformsWordCounts() throws Exception {
    models.set(
        Models.read(
            POLICIES,
            List.of(
                Models.workload("client", "v1", 8080)
                    .withLabels(Map.of("app", "client", Workload.ENABLED, "false")))));
    try (Running running = new Running(models);
        DeltaPeer agent = agent(running, "127.0.0.1")) {
      agent.subscribe(INBOUND, WHOSE);
      DeltaDiscoveryResponse next = agent.next();
      while (!next.getTypeUrl().equals(INBOUND.url())) {
        next = agent.next();
      }
      assertThat(next.getResources(0).getResource().unpack(InboundSecurity.class).getMode())
          .isEqualTo(InboundSecurity.Mode.STRICT);
    }
  }
}
