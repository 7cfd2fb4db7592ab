package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.forward;
import static dev.weft.engine.Config.route;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.TestMesh.get;
import static dev.weft.engine.TestMesh.grpc;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Connection;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.bridge.Wire;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.IdentityTable;
import dev.weft.engine.config.InboundSecurity;
import dev.weft.engine.config.InboundSecurity.Mode;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.LocalWorkload;
import dev.weft.engine.telemetry.PeerMetadata;
import dev.weft.engine.wire.MeshWire;
import dev.weft.engine.wire.TlsEnds;
import dev.weft.engine.wire.WireSettings;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests meet the policy of the connection that brought them. */
class InboundSecurityTest {

  private static final SpiffeId SELF = SpiffeId.parse("spiffe://cluster.local/ns/default/sa/shop");
  private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/front/sa/web");
  private static final SpiffeId REVIEWS =
      SpiffeId.parse("spiffe://cluster.local/ns/default/sa/reviews");
  private static final InetSocketAddress LOCAL = Config.address(1);
  private static final InetSocketAddress REMOTE = Config.address(2);
  private static final Peer PEER = new Peer(REMOTE, LOCAL);

  private final ManualTime time = new ManualTime();
  private final Recorder recorder = new Recorder();
  private final ScriptedSource source = new ScriptedSource();
  private final MeshWire wire = wire(FailMode.OPEN);
  private final Engine engine = engine(FailMode.OPEN, wire);

  private MeshWire wire(FailMode mode) {
    MeshWire made = new MeshWire(new WireSettings(mode, Set.of(), Set.of(), Set.of()), time, time);
    made.use(new Self());
    return made;
  }

  private Engine engine(FailMode mode, MeshWire connections) {
    return Engine.builder(EngineSettings.of(TestMesh.LOCAL).withFailMode(mode), source)
        .clock(time)
        .scheduler(time)
        .telemetry(recorder)
        .wire(connections)
        .build();
  }

  private static Snapshot snapshot(Mode mode) {
    Snapshot plain =
        Config.snapshot(table(route(any(), forward("v1"))), cluster("v1", endpoint(7)));
    return new Snapshot(
        plain.hosts(),
        plain.routes(),
        plain.clusters(),
        IdentityTable.of(Map.of(REVIEWS, List.of(Config.address(7)))),
        new InboundSecurity(mode, Map.of(), Set.of("cluster.local")));
  }

  private static RequestHead from(String namespace) {
    Workload web = new Workload("web", namespace, "web", "v1", "web", "v1", "c1");
    return get(
        "/",
        PeerMetadata.ID_HEADER,
        "node-of-" + namespace,
        PeerMetadata.HEADER,
        PeerMetadata.encode(LocalWorkload.of(web, "node", "i")));
  }

  private Recorder.Told told(InboundCall call) {
    call.finished(200, Completion.of(1));
    return recorder.only();
  }

  @Test
  void aRequestOverMutualTlsIsItsPeers() {
    engine.update(snapshot(Mode.STRICT));
    wire.opened(new Open(WEB.toString()));
    InboundCall call = engine.inbound(PEER, from("front"));
    assertThat(call.verdict()).isInstanceOf(Verdict.Pass.class);
    Recorder.Told told = told(call);
    assertThat(told.peerPrincipal()).isEqualTo(WEB);
    assertThat(told.ownPrincipal()).isEqualTo(SELF);
    assertThat(told.peer().name()).isEqualTo("web");
  }

  @Test
  void whoClaimsAnotherNamespaceThanItHasProvedStaysUnknown() {
    engine.update(snapshot(Mode.PERMISSIVE));
    wire.opened(new Open(WEB.toString()));
    Recorder.Told told = told(engine.inbound(PEER, from("default")));
    assertThat(told.peerPrincipal()).isEqualTo(WEB);
    assertThat(told.peer()).isEqualTo(Workload.UNKNOWN);
  }

  @Test
  void plaintextHasNoPrincipals() {
    engine.update(snapshot(Mode.PERMISSIVE));
    wire.opened(new Open(null));
    InboundCall call = engine.inbound(PEER, from("default"));
    assertThat(call.verdict()).isInstanceOf(Verdict.Pass.class);
    Recorder.Told told = told(call);
    assertThat(told.peerPrincipal()).isNull();
    assertThat(told.ownPrincipal()).isNull();
    assertThat(told.peer().name()).isEqualTo("web");
  }

  @Test
  void strictRefusesTheNextRequestOfAnOpenConnectionAndSaysWhy() {
    engine.update(snapshot(Mode.PERMISSIVE));
    wire.opened(new Open(null));
    assertThat(engine.inbound(PEER, get("/")).verdict()).isInstanceOf(Verdict.Pass.class);
    engine.update(snapshot(Mode.STRICT));
    InboundCall call = engine.inbound(PEER, get("/"));
    Step.Answer answer = ((Verdict.Refuse) call.verdict()).answer();
    assertThat(answer.status()).isEqualTo(403);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo("mesh: plaintext: mutual TLS is required");
    assertThat(answer.headers().set()).contains(Map.entry("x-weft-flags", "NR"));
    assertThat(answer.headers().set()).contains(Map.entry("connection", "close"));
    call.finished(403, Completion.of(0));
    assertThat(recorder.only().flags()).isEqualTo("NR");
  }

  @Test
  void gRpcIsRefusedWithoutAHeaderThatItDoesNotHave() {
    engine.update(snapshot(Mode.STRICT));
    Step.Answer answer = ((Verdict.Refuse) engine.inbound(PEER, grpc()).verdict()).answer();
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.headers().set()).noneMatch(each -> each.getKey().equals("connection"));
  }

  @Test
  void failedClosedWaitsForThePolicyToo() {
    MeshWire closedWire = wire(FailMode.CLOSED);
    Engine closed = engine(FailMode.CLOSED, closedWire);
    Snapshot strict = snapshot(Mode.STRICT);
    closed.update(new Snapshot(strict.hosts(), strict.routes(), strict.clusters(), null, null));
    assertThat(closed.isConfigured()).isFalse();
    Verdict.Later later = (Verdict.Later) closed.inbound(PEER, get("/")).verdict();
    closed.update(strict);
    source.ready.complete(null);
    CompletableFuture<Verdict> verdict = later.verdict().toCompletableFuture();
    assertThat(((Verdict.Refuse) verdict.join()).answer().status()).isEqualTo(403);
  }

  @Test
  void aCallToTheMeshIsOfBothIdentities() {
    engine.update(snapshot(Mode.PERMISSIVE));
    OutboundCall call = Objects.requireNonNull(engine.outbound(get("/")));
    TestMesh.send(call.start());
    Workload liar = new Workload("x", "elsewhere", "x", "v1", "x", "v1", "c1");
    call.ended(
        TestMesh.response(
            200,
            PeerMetadata.ID_HEADER,
            "liar",
            PeerMetadata.HEADER,
            PeerMetadata.encode(LocalWorkload.of(liar, "node", "i"))));
    call.finished(TestMesh.done());
    Recorder.Told told = recorder.only();
    assertThat(told.peerPrincipal()).isEqualTo(REVIEWS);
    assertThat(told.ownPrincipal()).isEqualTo(SELF);
    assertThat(told.peer().name()).isEqualTo("reviews-7");
  }

  @Test
  void aCallToTheMeshIsAnsweredWhereNoConnectionCanBeGuarded() {
    engine.update(snapshot(Mode.PERMISSIVE));
    wire.breaks("not woven");
    OutboundCall call = Objects.requireNonNull(engine.outbound(get("/")));
    Step.Answer answer = TestMesh.answer(call.start());
    assertThat(answer.status()).isEqualTo(503);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo("mesh: no mutual TLS: not woven");
    assertThat(recorder.only().flags()).isEqualTo("UF");
  }

  private static final class Self implements TlsEnds {
    @Override
    public Wire.Plan client(SpiffeId expected, InetSocketAddress remote) {
      return new Wire.Plan.Refuse("not here");
    }

    @Override
    public Wire.Plan server(Predicate<SpiffeId> trusted) {
      return new Wire.Plan.Refuse("not here");
    }

    @Override
    public SpiffeId self() {
      return SELF;
    }
  }

  private record Open(@Nullable String principal) implements Connection {
    @Override
    public boolean outbound() {
      return false;
    }

    @Override
    public InetSocketAddress local() {
      return LOCAL;
    }

    @Override
    public InetSocketAddress remote() {
      return REMOTE;
    }

    @Override
    public long bytesSent() {
      return 0;
    }

    @Override
    public long bytesReceived() {
      return 0;
    }

    @Override
    public void retire() {
      throw new AssertionError("retired");
    }

    @Override
    public void refuse(String reason) {
      throw new AssertionError("it brings requests: " + reason);
    }
  }
}
