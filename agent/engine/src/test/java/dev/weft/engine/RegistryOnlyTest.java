package dev.weft.engine;

import static dev.weft.engine.TestMesh.answer;
import static dev.weft.engine.TestMesh.await;
import static dev.weft.engine.TestMesh.headers;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.OutboundTrafficPolicy;
import dev.weft.engine.config.Places;
import dev.weft.engine.config.Snapshot;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to hosts that the registry does not know, where the policy allows no others. */
class RegistryOnlyTest {

  private static final Set<String> OPAQUE = Set.of("reviews:5432", ".example.com:443");

  private final TestMesh mesh = mesh(OutboundTrafficPolicy.registryOnly(OPAQUE, Places.NONE));

  private static TestMesh mesh(OutboundTrafficPolicy policy) {
    TestMesh made = new TestMesh();
    made.update(snapshot(policy));
    return made;
  }

  private static Snapshot snapshot(OutboundTrafficPolicy policy) {
    Snapshot routes =
        Config.snapshot(
            Config.table(Config.route(Config.any(), Config.forward("c"))),
            Config.cluster("c", Config.endpoint(1)));
    HostTable hosts = new HostTable(Set.of("reviews"), List.of(".example.com"), List.of(), policy);
    return new Snapshot(hosts, routes.routes(), routes.clusters());
  }

  private static RequestHead get(String scheme, String authority) {
    return new RequestHead("test", "GET", scheme, authority, "/", headers());
  }

  private static void isRefused(TestMesh by, Step step, String host) {
    Step.Answer answer = answer(step);
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.body()).isEmpty();
    Recorder.Told report = by.recorder.only();
    assertThat(report.service())
        .isEqualTo(new Cluster.Service(host, "BlackHoleCluster", "unknown"));
    assertThat(report.status()).isEqualTo(502);
    assertThat(report.flags()).isEqualTo("-");
    assertThat(report.tries()).isZero();
    assertThat(by.engine.outboundInFlight()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https", "HTTPS"})
  void unknownHostsAreRefused(String scheme) {
    assertThat(mesh.engine.owns(scheme, "Evil.example.org:8443")).isTrue();
    OutboundCall call = mesh.call(get(scheme, "Evil.example.org:8443"));
    isRefused(mesh, call.start(), "evil.example.org");
    assertThat(mesh.source.subscribed).isEmpty();
  }

  @Test
  void grpcGetsUnavailable() {
    RequestHead head =
        new RequestHead(
            "grpc",
            "POST",
            "http",
            "evil:80",
            "/a.B/C",
            headers("content-type", "application/grpc"));
    Step.Answer answer = answer(mesh.call(head).start());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().set()).contains(Map.entry("grpc-status", "14"));
  }

  @Test
  void knownHostsAreNot() {
    assertThat(send(mesh.call(get("http", Config.REVIEWS)).start()).address())
        .isEqualTo(Config.address(1));
    // What is encrypted, and has no rules, may go to any port of a known host.
    mesh.source.arrival("https://reviews:8443").complete(null);
    Step.Send encrypted = send(mesh.call(get("https", "reviews:8443")).start());
    assertThat(encrypted.address()).isEqualTo(InetSocketAddress.createUnresolved("reviews", 8443));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:8080", "app.localhost", "127.0.0.1:80", "127.1.2.3", "[::1]:8080"})
  void theOwnMachineIsNobodyElse(String authority) {
    assertThat(mesh.engine.outbound(get("http", authority))).isNull();
    assertThat(mesh.engine.outbound(get("https", authority))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.example.org", "localhost.example.org", "10.0.0.9", "[::2]"})
  void othersMayBeCalledAlike(String authority) {
    assertThat(answer(mesh.call(get("http", authority)).start()).status()).isEqualTo(502);
  }

  @Test
  void anotherPortOfAKnownHostIsRefusedUnlessItIsOpaque() {
    OutboundCall call = mesh.call(get("http", "reviews:1234"));
    await(call.start());
    mesh.source.arrival("reviews:1234").complete(null);
    isRefused(mesh, call.resume(), "reviews");

    for (String opaque : List.of("reviews:5432", "x.example.com:443")) {
      OutboundCall passed = mesh.call(get("http", opaque));
      await(passed.start());
      mesh.source.arrival(opaque).complete(null);
      assertThat(send(passed.resume()).address().isUnresolved()).isTrue();
    }
    OutboundCall alike = mesh.call(get("http", "x.example.com:4443"));
    await(alike.start());
    mesh.source.arrival("x.example.com:4443").complete(null);
    assertThat(answer(alike.resume()).status()).isEqualTo(502);
  }

  @Test
  void whatWaitedForThePolicyObeysIt() {
    TestMesh late = new TestMesh();
    OutboundCall call = late.call(get("http", "evil:80"));
    await(call.start());
    late.update(snapshot(OutboundTrafficPolicy.registryOnly(Set.of(), Places.NONE)));
    isRefused(late, call.resume(), "evil");
  }

  @Test
  void whatWaitedForAPolicyThatAllowsItPasses() {
    TestMesh late = new TestMesh();
    OutboundCall call = late.call(get("http", "example.org:80"));
    await(call.start());
    late.update(snapshot(OutboundTrafficPolicy.ALLOW_ANY));
    Step.Send sent = send(call.resume());
    assertThat(sent.address().getHostString()).isEqualTo("example.org");
    call.ended(TestMesh.response(200));
    call.finished(TestMesh.done());
    assertThat(late.recorder.only().service())
        .isEqualTo(new Cluster.Service("example.org", "PassthroughCluster", "unknown"));
  }

  @Test
  void thePolicyChangesLive() {
    mesh.engine.update(snapshot(OutboundTrafficPolicy.ALLOW_ANY));
    assertThat(mesh.engine.outbound(get("http", "evil"))).isNull();
    assertThat(mesh.engine.owns("http", "evil")).isFalse();
    mesh.engine.update(snapshot(OutboundTrafficPolicy.registryOnly(OPAQUE, Places.NONE)));
    assertThat(answer(mesh.call(get("http", "evil")).start()).status()).isEqualTo(502);
  }
}
