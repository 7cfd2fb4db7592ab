package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.await;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.headers;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static dev.weft.engine.TestMesh.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.Cluster.Discovery;
import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;
import dev.weft.engine.config.Cluster.LoadBalancing;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.Fraction;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.Route.Mirror;
import dev.weft.engine.config.RouteTable;
import dev.weft.engine.config.RouteTable.VirtualHost;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.config.TrafficPolicy;
import dev.weft.engine.config.Transport;
import dev.weft.engine.telemetry.Telemetry.Event;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests that the application encrypts itself: seen before it does, and sent to whom it trusts.
 */
class HttpsTest {

  private static final String API = "https://api.example.com:443";
  private static final Service SERVICE = service("api.example.com");

  private static Service service(String host) {
    return new Service(host, host, "default");
  }

  private static RequestHead get(String authority, String... headers) {
    return new RequestHead("test", "GET", "https", authority, "/", headers(headers));
  }

  private static RouteTable table(Route... routes) {
    return new RouteTable(
        "outbound-https|443||api.example.com",
        List.of(new VirtualHost("api.example.com:443", List.of("*"), Arrays.asList(routes))));
  }

  private static Cluster named(String cluster, Service service, Endpoint... endpoints) {
    return new Cluster(
        cluster,
        Discovery.ENDPOINTS,
        LoadBalancing.RANDOM,
        Duration.ofSeconds(10),
        service,
        Arrays.asList(endpoints));
  }

  private static Endpoint stranger(InetSocketAddress address) {
    return new Endpoint(address, 1, Health.HEALTHY, 0, Workload.UNKNOWN);
  }

  private static TestMesh mesh(RouteTable table, Cluster... clusters) {
    Snapshot plain = Config.snapshot(Config.table(), clusters);
    return TestMesh.of(
        new Snapshot(Config.hosts("api.example.com"), Map.of(API, table), plain.clusters()));
  }

  @Test
  void anEndpointIsChosenAndTheServersNameIsTheApplications() {
    TestMesh mesh = mesh(table(route(any(), forward("c"))), named("c", SERVICE, endpoint(1)));
    assertThat(mesh.engine.owns("HTTPS", "API.example.com")).isTrue();
    Step.Send send = send(mesh.call(get("API.example.com")).start());
    assertThat(send.address()).isEqualTo(Config.address(1));
    assertThat(send.server()).isNull();
    assertThat(send.authority()).isEqualTo("API.example.com");
    assertThat(set(send, "x-envoy-peer-metadata-id")).isNotNull();
  }

  @Test
  void plaintextOnThatPortHasOtherRules() {
    TestMesh mesh = mesh(table(route(any(), forward("c"))), named("c", SERVICE, endpoint(1)));
    mesh.source.arrival("api.example.com:443").complete(null);
    RequestHead plain =
        new RequestHead("test", "GET", "http", "api.example.com:443", "/", headers());
    assertThat(send(mesh.call(plain).start()).address().isUnresolved()).isTrue();
    assertThat(mesh.source.subscribed).contains("api.example.com:443");
  }

  @Test
  void withoutRulesItGoesWhereTheApplicationSendsIt() {
    TestMesh mesh = mesh(table(route(any(), forward("c"))), named("c", SERVICE, endpoint(1)));
    mesh.source.arrival("https://api.example.com:8443").complete(null);
    Step.Send send = send(mesh.call(get("api.example.com:8443")).start());
    assertThat(send.address())
        .isEqualTo(InetSocketAddress.createUnresolved("api.example.com", 8443));
    assertThat(send.server()).isNull();
  }

  @Test
  void anotherHostProvesToBeThatHost() {
    TestMesh mesh =
        mesh(
            table(route(any(), forward("other"))),
            named("other", service("b.example.com"), endpoint(2)));
    Step.Send send = send(mesh.call(get("api.example.com")).start());
    assertThat(send.server()).isEqualTo("b.example.com");
    assertThat(send.address()).isEqualTo(Config.address(2));
    assertThat(send.authority()).isEqualTo("api.example.com");
  }

  @Test
  void aNameFromDnsIsNotTheServersName() {
    InetSocketAddress backend = InetSocketAddress.createUnresolved("backend.internal", 8443);
    TestMesh mesh = mesh(table(route(any(), forward("c"))), named("c", SERVICE, stranger(backend)));
    Step.Send send = send(mesh.call(get("api.example.com")).start());
    assertThat(send.address()).isEqualTo(backend);
    assertThat(send.server()).isNull();
  }

  @Test
  void nobodyKnowsTheServiceOfACluster() {
    TestMesh mesh =
        mesh(table(route(any(), forward("c"))), named("c", Service.UNKNOWN, endpoint(1)));
    assertThat(send(mesh.call(get("api.example.com")).start()).server()).isNull();
  }

  @Test
  void aWildcardServiceIsTheHostThatWasAskedFor() {
    TestMesh mesh =
        mesh(table(route(any(), forward("c"))), named("c", service("*.example.com"), endpoint(1)));
    assertThat(send(mesh.call(get("api.example.com")).start()).server()).isNull();
  }

  @Test
  void strangersAreToldNothingOfTheWorkload() {
    TestMesh mesh =
        mesh(table(route(any(), forward("c"))), named("c", SERVICE, stranger(Config.address(1))));
    Step.Send send = send(mesh.call(get("api.example.com")).start());
    assertThat(set(send, "x-envoy-peer-metadata-id")).isNull();
    assertThat(set(send, "x-envoy-attempt-count")).isEqualTo("1");
  }

  @Test
  void faultsRetriesAndReportsAreAsEver() {
    TestMesh mesh = mesh(table(route(any(), forward("c"))), named("c", SERVICE, endpoint(1)));
    OutboundCall call = mesh.call(get("api.example.com"));
    send(call.start());
    await(call.ended(TestMesh.failure(Outcome.Kind.CONNECT)));
    assertThat(send(call.resume()).address()).isEqualTo(Config.address(1));
    deliver(call.ended(response(200)));
    call.finished(TestMesh.done());
    assertThat(mesh.recorder.only().service()).isEqualTo(SERVICE);
    assertThat(mesh.recorder.only().tries()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.Kind.class,
      names = {"CONNECT", "TLS", "RESET", "REFUSED"})
  void whatBecomesOfTheConnectionIsTheLibrarysToSay(Outcome.Kind kind) {
    TestMesh mesh =
        mesh(
            table(route(any(), forward("c", null, Config.retries(0)))),
            named("c", SERVICE, endpoint(1)));
    OutboundCall call = mesh.call(get("api.example.com"));
    send(call.start());
    deliver(call.ended(TestMesh.failure(kind)));
    assertThat(mesh.recorder.only().status()).isZero();
    assertThat(mesh.recorder.only().flags()).isIn("UF", "UC", "UR");
  }

  @Test
  void theRulesOwnTimeoutIsAnAnswer() {
    TestMesh mesh =
        mesh(
            table(route(any(), forward("c", Duration.ofSeconds(1), Config.retries(0)))),
            named("c", SERVICE, endpoint(1)));
    OutboundCall call = mesh.call(get("api.example.com"));
    assertThat(send(call.start()).timeout()).isEqualTo(Duration.ofSeconds(1));
    mesh.time.advance(Duration.ofSeconds(1));
    assertThat(answer(call.ended(TestMesh.failure(Outcome.Kind.TIMEOUT))).status()).isEqualTo(504);
  }

  @Test
  void aRuleCanAnswer() {
    TestMesh mesh = mesh(table(route(any(), new Route.Action.Respond(418, new byte[0]))));
    assertThat(answer(mesh.call(get("api.example.com")).start()).status()).isEqualTo(418);
  }

  @Test
  void rulesThatOriginateTlsDoNotHinderTheApplicationsOwn() {
    Transport tls =
        new Transport.Tls(
            new Transport.ServerName("", true), Transport.Verification.NONE, null, List.of());
    Cluster cluster =
        new Cluster(
            "c",
            Discovery.ENDPOINTS,
            TrafficPolicy.of(LoadBalancing.RANDOM, Duration.ofSeconds(10)),
            tls,
            SERVICE,
            List.of(endpoint(1)));
    TestMesh mesh = mesh(table(route(any(), forward("c"))), cluster);
    assertThat(send(mesh.call(get("api.example.com")).start()).address())
        .isEqualTo(Config.address(1));
  }

  @Test
  void nothingEncryptedIsCopiedInPlaintext() {
    Route.Action.Forward forward =
        new Route.Action.Forward(
            List.of(Config.to("c", 1)),
            null,
            null,
            Config.retries(0),
            List.of(),
            List.of(new Mirror("c", Fraction.ALL, false)));
    Route route = new Route("r", any(), forward, HeaderRules.NONE, HeaderRules.NONE);
    TestMesh mesh = mesh(table(route), named("c", SERVICE, endpoint(1)));
    OutboundCall call = mesh.call(get("api.example.com"));
    assertThat(send(call.start()).keep()).isZero();
    deliver(call.ended(response(200)));
    call.finished(TestMesh.done());
    assertThat(mesh.recorder.events).containsExactly(Event.NOT_MIRRORED);
  }

  @Test
  void waitsForConfiguration() {
    TestMesh mesh = new TestMesh();
    OutboundCall call = mesh.call(get("api.example.com"));
    await(call.start());
    mesh.update(
        new Snapshot(
            Config.hosts("api.example.com"),
            Map.of(API, table(route(any(), forward("c")))),
            Map.of("c", cluster("c", endpoint(1)))));
    assertThat(send(call.resume()).address()).isEqualTo(Config.address(1));
  }
}
