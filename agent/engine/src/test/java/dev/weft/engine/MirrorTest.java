package dev.weft.engine;

import static dev.weft.engine.Config.any;
import static dev.weft.engine.Config.cluster;
import static dev.weft.engine.Config.endpoint;
import static dev.weft.engine.Config.snapshot;
import static dev.weft.engine.Config.table;
import static dev.weft.engine.Config.to;
import static dev.weft.engine.TestMesh.await;
import static dev.weft.engine.TestMesh.deliver;
import static dev.weft.engine.TestMesh.done;
import static dev.weft.engine.TestMesh.headers;
import static dev.weft.engine.TestMesh.response;
import static dev.weft.engine.TestMesh.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.Fraction;
import dev.weft.engine.config.HeaderRules;
import dev.weft.engine.config.RetryPolicy;
import dev.weft.engine.config.Route;
import dev.weft.engine.config.Route.Mirror;
import dev.weft.engine.config.Route.Rewrite;
import dev.weft.engine.telemetry.Telemetry.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who gets copies, of what, and that the call itself never notices. */
class MirrorTest {

  private static final byte[] BODY = {1, 2, 3};

  private final List<Mirrors.Copy> copies = new ArrayList<>();
  private boolean accepting = true;

  private TestMesh mesh(Mirror... mirrors) {
    Route.Action.Forward forward =
        new Route.Action.Forward(
            List.of(to("v1", 1)),
            new Rewrite("/z", null, null),
            null,
            Config.retries(1, RetryPolicy.On.FIVE_XX),
            List.of(),
            List.of(mirrors));
    HeaderRules request = new HeaderRules(List.of(), List.of(Map.entry("x-add", "v")), List.of());
    Route route = new Route("r", any(), forward, request, HeaderRules.NONE);
    TestMesh mesh =
        new TestMesh(
            settings -> settings,
            builder ->
                builder.mirrors(
                    copy -> {
                      copies.add(copy);
                      return accepting;
                    }));
    mesh.update(snapshot(table(route), cluster("v1", endpoint(1)), cluster("v2", endpoint(2))));
    return mesh;
  }

  private static OutboundCall post(TestMesh mesh) {
    return mesh.call(
        new RequestHead(
            "test",
            "POST",
            "http",
            Config.REVIEWS,
            "/a?x=1",
            headers("Content-Length", "3", "Connection", "close", "X-Own", "o")));
  }

  private static Mirror all(String cluster, boolean suffix) {
    return new Mirror(cluster, Fraction.ALL, suffix);
  }

  @Test
  void aCopySaysWhatTheRequestSays() {
    TestMesh mesh = mesh(all("v2", false));
    OutboundCall call = post(mesh);
    assertThat(send(call.start()).keep()).isEqualTo(64 * 1024);
    assertThat(copies).as("the body is not known yet").isEmpty();
    call.body(BODY);
    Mirrors.Copy copy = copies.get(0);
    assertThat(copy.address()).isEqualTo(Config.address(2));
    assertThat(copy.method()).isEqualTo("POST");
    assertThat(copy.authority()).isEqualTo(Config.REVIEWS);
    assertThat(copy.target()).isEqualTo("/za?x=1");
    assertThat(copy.body()).isEqualTo(BODY);
    assertThat(copy.headers())
        .contains(Map.entry("X-Own", "o"), Map.entry("x-add", "v"))
        .noneMatch(pair -> pair.getKey().equalsIgnoreCase("content-length"))
        .noneMatch(pair -> pair.getKey().equalsIgnoreCase("connection"));
    deliver(call.ended(response(200)));
    call.finished(done());
    assertThat(mesh.recorder.only().tries()).isEqualTo(1);
    assertThat(mesh.recorder.events).isEmpty();
  }

  @Test
  void theHostMaySayThatItIsOne() {
    OutboundCall call = post(mesh(all("v2", true)));
    send(call.start());
    call.body(BODY);
    assertThat(copies.get(0).authority()).isEqualTo("reviews-shadow:9080");
  }

  @Test
  void severalGetOneEach() {
    OutboundCall call = post(mesh(all("v2", false), all("v1", false)));
    send(call.start());
    call.body(BODY);
    assertThat(copies)
        .extracting(Mirrors.Copy::address)
        .containsExactly(Config.address(2), Config.address(1));
  }

  @Test
  void aRetryIsNotCopied() {
    TestMesh mesh = mesh(all("v2", false));
    OutboundCall call = post(mesh);
    send(call.start());
    call.body(BODY);
    await(call.ended(response(503)));
    mesh.time.advance(Duration.ofSeconds(1));
    send(call.resume());
    deliver(call.ended(response(200)));
    call.finished(done());
    assertThat(copies).hasSize(1);
  }

  @Test
  void aShareIsDrawnForEachRequest() {
    TestMesh mesh = mesh(new Mirror("v2", new Fraction(25, 100), false));
    for (int i = 0; i < 4000; i++) {
      OutboundCall call = post(mesh);
      send(call.start());
      call.body(BODY);
    }
    assertThat(copies.size()).isCloseTo(1000, within(120));
  }

  @Test
  void whatCannotBeCopiedIsCounted() {
    TestMesh mesh = mesh(all("gone", false));
    OutboundCall call = post(mesh);
    send(call.start());
    call.body(BODY);
    assertThat(mesh.recorder.events).containsExactly(Event.NOT_MIRRORED);

    TestMesh busy = mesh(all("v2", false));
    accepting = false;
    OutboundCall refused = post(busy);
    send(refused.start());
    refused.body(BODY);
    assertThat(busy.recorder.events).containsExactly(Event.NOT_MIRRORED);

    TestMesh large = mesh(all("v2", false));
    OutboundCall untold = post(large);
    send(untold.start());
    deliver(untold.ended(response(200)));
    untold.finished(done());
    assertThat(large.recorder.events).containsExactly(Event.NOT_MIRRORED);
  }

  @Test
  void whoSendsCopiesCannotHarmTheCall() {
    TestMesh mesh =
        new TestMesh(
            settings -> settings,
            builder ->
                builder.mirrors(
                    copy -> {
                      throw new IllegalStateException("on purpose");
                    }));
    Route.Action.Forward forward =
        new Route.Action.Forward(
            List.of(to("v1", 1)),
            null,
            null,
            RetryPolicy.NONE,
            List.of(),
            List.of(all("v1", false)));
    mesh.update(snapshot(table(Config.route(any(), forward)), cluster("v1", endpoint(1))));
    OutboundCall call = post(mesh);
    send(call.start());
    call.body(BODY);
    deliver(call.ended(response(200)));
    call.finished(done());
    assertThat(mesh.recorder.only().status()).isEqualTo(200);
  }
}
