package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.header;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.get;
import static dev.weft.engine.TestMesh.headers;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Context;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Peer;
import dev.weft.bridge.Step;
import dev.weft.engine.authn.Issuer;
import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.HostTable;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.config.TcpTable;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.PeerMetadata;
import dev.weft.engine.telemetry.RequestReport.Side;
import dev.weft.engine.telemetry.Sampler;
import dev.weft.engine.telemetry.SpanContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests that arrive, and what flows from them to the requests they cause. */
class InboundTest {

  private static final Peer PEER = new Peer(null, null);
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static final Snapshot SNAPSHOT =
      new Snapshot(
          new HostTable(Set.of("reviews"), List.of(), List.of("end-user", "cookie", "x-canary")),
          Map.of(
              Config.REVIEWS,
              table(
                  route(header("end-user", "jason"), forward("v2")),
                  route(header("authorization", "secret"), forward("v2")),
                  route(header("x-from-route", "1"), forward("v2")),
                  route(any(), forward("v1")))),
          Map.of(
              "v1", cluster("v1", endpoint(1)),
              "v2", cluster("v2", endpoint(2))));

  private final TestMesh mesh = TestMesh.of(SNAPSHOT);

  private static TestMesh traced() {
    TestMesh traced = new TestMesh(s -> s.withSampler(Sampler.ratio(1).parentBased()));
    traced.update(SNAPSHOT);
    return traced;
  }

  private static Verdict.Pass pass(InboundCall call) {
    return (Verdict.Pass) call.verdict();
  }

  private static List<String> seen(InboundCall call, String... headers) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    headers(headers).each((name, value) -> pairs.add(Map.entry(name, value)));
    pass(call).edits().apply(HeaderEdits.of(pairs));
    return pairs.stream().map(pair -> pair.getKey() + ": " + pair.getValue()).toList();
  }

  private static Step.Send within(TestMesh mesh, InboundCall call, String... headers) {
    InboundCall before = Context.enter(call);
    try {
      return send(mesh.call(headers).start());
    } finally {
      Context.exit(before);
    }
  }

  /** Where nobody has an identity, a caller may tell what its side of the mesh has done. */
  @Test
  void hidesWhatOnlyProxiesMaySay() {
    String[] sent = {
      "X-Envoy-Peer-Metadata", "x",
      "x-envoy-peer-metadata-id", "x",
      "X-Forwarded-Client-Cert", "By=me",
      "x-envoy-internal", "true",
      "x-envoy-external-address", "1.2.3.4",
      "x-envoy-anything", "x",
      "x-weft-flags", "UF",
      "x-envoy-attempt-count", "2",
      "accept", "text/html"
    };
    assertThat(seen(mesh.engine.inbound(PEER, get("/", sent)), sent))
        .containsExactly("x-envoy-attempt-count: 2", "accept: text/html");
    String[] harmless = {"accept", "text/html", "x-user", "a", "xenvoy", "b"};
    assertThat(pass(mesh.engine.inbound(PEER, get("/", harmless))).edits().isEmpty()).isTrue();
  }

  @Test
  void introducesItselfToPeersOnly() {
    Workload shop = new Workload("web", "ns", "web", "v1", "web", "v1", "c1");
    InboundCall call =
        mesh.engine.inbound(
            PEER,
            get(
                "/",
                PeerMetadata.ID_HEADER,
                "node-1",
                PeerMetadata.HEADER,
                PeerMetadata.encode(LocalWorkload.of(shop, "node-1", "i"))));
    HeaderEdits edits = call.responding(200, Headers.NONE);
    assertThat(edits.set()).contains(Map.entry(PeerMetadata.ID_HEADER, TestMesh.LOCAL.node()));
    call.finished(200, Completion.of(10));
    call.finished(200, Completion.of(10));
    Recorder.Told told = mesh.recorder.only();
    assertThat(told.side()).isEqualTo(Side.DESTINATION);
    assertThat(told.peer()).isEqualTo(shop);
    assertThat(told.service()).isEqualTo(TestMesh.LOCAL.service());
    assertThat(mesh.engine.inbound(PEER, get("/")).responding(200, Headers.NONE).isEmpty())
        .isTrue();
  }

  @Test
  void countsTillTheEnd() {
    InboundCall call = mesh.engine.inbound(PEER, TestMesh.grpc());
    assertThat(mesh.engine.inboundInFlight()).isEqualTo(1);
    mesh.time.advance(Duration.ofMillis(5));
    call.responding(200, Headers.NONE);
    call.finished(200, new Completion(1, headers("grpc-status", "7"), new IOException("gone")));
    assertThat(mesh.engine.inboundInFlight()).isZero();
    assertThat(mesh.recorder.only().grpcStatus()).isEqualTo("7");
    assertThat(mesh.recorder.only().flags()).isEqualTo("DC");
    assertThat(mesh.recorder.only().nanos()).isEqualTo(5_000_000);
  }

  @Test
  void tellsCallersToGoElsewhereWhileDraining() {
    InboundCall before = mesh.engine.inbound(PEER, get("/"));
    mesh.engine.drain();
    assertThat(before.responding(200, Headers.NONE).set())
        .containsExactly(Map.entry("connection", "close"));
    assertThat(mesh.engine.inbound(PEER, TestMesh.grpc()).responding(200, Headers.NONE).isEmpty())
        .isTrue();
  }

  @Test
  void carriesRoutingHeadersSoThatRulesHoldFurtherDown() {
    InboundCall call =
        mesh.engine.inbound(
            PEER, get("/", "End-User", "jason", "x-canary", "a", "X-Canary", "b", "x-other", "1"));
    Step.Send send = within(mesh, call);
    assertThat(send.address()).isEqualTo(Config.address(2));
    assertThat(TestMesh.set(send, "end-user")).isEqualTo("jason");
    assertThat(TestMesh.set(send, "x-canary")).isEqualTo("a,b");
    assertThat(TestMesh.set(send, "x-other")).isNull();
    // Without the context nothing flows.
    assertThat(send(mesh.call().start()).address()).isEqualTo(Config.address(1));
  }

  @Test
  void leavesTheApplicationTheLastWord() {
    InboundCall call = mesh.engine.inbound(PEER, get("/", "end-user", "jason"));
    Step.Send send = within(mesh, call, "End-User", "alice");
    assertThat(send.address()).isEqualTo(Config.address(1));
    assertThat(TestMesh.set(send, "end-user")).isNull();
  }

  @Test
  void carriesNoCredentialsUnlessTold() {
    String[] sent = {"Authorization", "secret", "cookie", "id=7", "x-from-route", "1"};
    Step.Send send = within(mesh, mesh.engine.inbound(PEER, get("/", sent)));
    assertThat(send.address()).isEqualTo(Config.address(2)); // by x-from-route alone
    assertThat(TestMesh.set(send, "authorization")).isNull();
    assertThat(TestMesh.set(send, "cookie")).isNull();
    TestMesh told = new TestMesh(s -> s.withContextHeaders(List.of("Cookie", "x-team")));
    told.update(SNAPSHOT);
    Step.Send more =
        within(told, told.engine.inbound(PEER, get("/", "cookie", "id=7", "X-Team", "books")));
    assertThat(TestMesh.set(more, "cookie")).isEqualTo("id=7");
    assertThat(TestMesh.set(more, "x-team")).isEqualTo("books");
  }

  @Test
  void givesEverythingACallCausesOneRequestId() {
    InboundCall with = mesh.engine.inbound(PEER, get("/", "x-request-id", "r-1"));
    assertThat(TestMesh.set(within(mesh, with), "x-request-id")).isEqualTo("r-1");
    InboundCall without = mesh.engine.inbound(PEER, get("/"));
    String first = TestMesh.set(within(mesh, without), "x-request-id");
    assertThat(first).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}");
    assertThat(TestMesh.set(within(mesh, without), "x-request-id")).isEqualTo(first);
  }

  @Test
  void passesTraceHeadersOnUnchangedWithoutSpans() {
    String[] sent = {
      "traceparent", PARENT, "tracestate", "a=1", "baggage", "k=v", "b3", "1", "x-b3-flags", "1"
    };
    InboundCall call = mesh.engine.inbound(PEER, get("/", sent));
    assertThat(pass(call).edits().set()).isEmpty();
    Step.Send send = within(mesh, call);
    for (int i = 0; i < sent.length; i += 2) {
      assertThat(TestMesh.set(send, sent[i])).isEqualTo(sent[i + 1]);
    }
    Step.Send own = within(mesh, call, "traceparent", "00-1");
    assertThat(TestMesh.set(own, "traceparent")).isNull();
    assertThat(TestMesh.set(own, "tracestate")).isNull();
    assertThat(TestMesh.set(own, "b3")).isNull();
    assertThat(TestMesh.set(own, "baggage")).isEqualTo("k=v");
    call.finished(200, Completion.of(0));
    assertThat(mesh.recorder.only().span()).isNull();
  }

  private static SpanContext span(String traceparent) {
    return Objects.requireNonNull(SpanContext.parse(traceparent));
  }

  @Test
  void connectsSpansThroughTheContext() {
    TestMesh traced = traced();
    InboundCall call =
        traced.engine.inbound(PEER, get("/", "traceparent", PARENT, "tracestate", "a=1"));
    // The application's own tracer goes on below the server span.
    assertThat(pass(call).edits().set()).hasSize(1);
    SpanContext server = span(pass(call).edits().set().get(0).getValue());
    assertThat(server.traceId()).isEqualTo(span(PARENT).traceId());
    Step.Send send = within(traced, call);
    SpanContext client = span(Objects.requireNonNull(TestMesh.set(send, "traceparent")));
    assertThat(client.traceId()).isEqualTo(server.traceId());
    assertThat(client.span()).isNotEqualTo(server.span());
    assertThat(TestMesh.set(send, "tracestate")).isEqualTo("a=1");
    call.finished(200, Completion.of(0));
    SpanContext told = Objects.requireNonNull(traced.recorder.only().span());
    assertThat(told.traceparent()).isEqualTo(server.traceparent());
    assertThat(told.parent()).isEqualTo(span(PARENT).span());
  }

  @Test
  void goesOnBelowTheApplicationsOwnSpan() {
    TestMesh traced = traced();
    InboundCall call = traced.engine.inbound(PEER, get("/"));
    Step.Send send = within(traced, call, "traceparent", PARENT);
    SpanContext client = span(Objects.requireNonNull(TestMesh.set(send, "traceparent")));
    assertThat(client.traceId()).isEqualTo(span(PARENT).traceId());
    assertThat(client.span()).isNotEqualTo(span(PARENT).span());
  }

  @Test
  void followsTheCallersDecisionToSample() {
    TestMesh traced = traced();
    InboundCall call =
        traced.engine.inbound(PEER, get("/", "traceparent", PARENT.replace("-01", "-00")));
    Step.Send send = within(traced, call);
    assertThat(TestMesh.set(send, "traceparent")).endsWith("-00");
    call.finished(200, Completion.of(0));
    assertThat(Objects.requireNonNull(traced.recorder.only().span()).sampled()).isFalse();
  }

  @Test
  void speaksB3ToWhoSpeaksB3() {
    TestMesh traced = traced();
    InboundCall call =
        traced.engine.inbound(
            PEER,
            get(
                "/",
                "X-B3-TraceId",
                "0af7651916cd43dd8448eb211c80319c",
                "X-B3-SpanId",
                "b7ad6b7169203331",
                "X-B3-Sampled",
                "1"));
    List<String> seen = seen(call, "X-B3-SpanId", "b7ad6b7169203331");
    assertThat(seen).hasSize(4).doesNotContain("X-B3-SpanId: b7ad6b7169203331");
    Step.Send send = within(traced, call);
    assertThat(TestMesh.set(send, "x-b3-traceid")).isEqualTo(span(PARENT).traceId());
    String spanId = Objects.requireNonNull(TestMesh.set(send, "x-b3-spanid"));
    assertThat(TestMesh.set(send, "traceparent")).contains(spanId);
    call.finished(200, Completion.of(0));
    SpanContext told = Objects.requireNonNull(traced.recorder.only().span());
    assertThat(told.traceId()).isEqualTo(span(PARENT).traceId());
    assertThat(told.parent()).isEqualTo(span(PARENT).span());
  }

  @Test
  void isNotThrownOffByBrokenTraceHeaders() {
    TestMesh traced = traced();
    for (String broken : List.of("", "00-", "garbage".repeat(1000), "00-" + "0".repeat(52))) {
      InboundCall call = traced.engine.inbound(PEER, get("/", "traceparent", broken, "b3", broken));
      assertThat(call.verdict()).isInstanceOf(Verdict.Pass.class);
      assertThat(TestMesh.set(within(traced, call), "traceparent")).hasSize(55);
    }
  }

  @Test
  void tokensAreAskedFor() {
    Issuer issuer = Issuer.of("k", "ES256");
    Authorization config =
        new Authorization(List.of(), List.of(issuer.rule("https://iris")), List.of());
    mesh.update(
        new Snapshot(
            SNAPSHOT.hosts(),
            SNAPSHOT.routes(),
            SNAPSHOT.clusters(),
            null,
            null,
            List.of(),
            TcpTable.EMPTY,
            config));
    String[] bad = {"authorization", "Bearer x.y.z"};
    Verdict.Refuse refused =
        (Verdict.Refuse) mesh.engine.inbound(PEER, get("/a?access_token=secret", bad)).verdict();
    assertThat(refused.answer().status()).isEqualTo(401);
    assertThat(new String(refused.answer().body(), StandardCharsets.UTF_8)).startsWith("Jwt ");
    assertThat(refused.answer().headers().set())
        .contains(
            Map.entry(
                "www-authenticate",
                "Bearer realm=\"http://reviews:9080/a\", error=\"invalid_token\""));
    String[] good = {
      "authorization", "Bearer " + issuer.token("{\"iss\":\"https://iris\"}"), "accept", "x"
    };
    assertThat(seen(mesh.engine.inbound(PEER, get("/", good)), good)).containsExactly("accept: x");
    assertThat(seen(mesh.engine.inbound(PEER, get("/", "accept", "x")), "accept", "x"))
        .containsExactly("accept: x");
  }
}
