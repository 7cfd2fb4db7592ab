package dev.weft.instrumentation.testing.contract;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.ScriptedInbound;
import dev.weft.instrumentation.testing.ServerProbe.Running;
import dev.weft.instrumentation.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The verdict comes before the application, and nothing that fails is a pass. */
class AdmissionContract extends ServerContract {

  private final AtomicInteger handled = new AtomicInteger();

  private Running counting() {
    return PROBE.start(
        exchange -> {
          handled.incrementAndGet();
          exchange.body();
          exchange.respond(
              200,
              Map.of(),
              ("principal="
                      + exchange.headers("X-Principal")
                      + " spoof="
                      + exchange.header("X-Spoof"))
                  .getBytes(StandardCharsets.UTF_8));
        });
  }

  private static Verdict refuse(int status, String body) {
    return new Verdict.Refuse(
        new Step.Answer(
            status, setting("x-denied", "rbac"), body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void theEngineSeesTheRequest() throws Exception {
    admit(PASS);
    try (Running server = counting();
        Wire wire = new Wire(server.address())) {
      wire.get("/p%2Fq?x=%20y", "X-User: jason");

      ScriptedInbound call = only();
      assertThat(call.head().method()).isEqualTo("GET");
      assertThat(call.head().scheme()).isEqualTo("http");
      assertThat(call.head().authority()).isEqualTo("app.test");
      assertThat(call.head().target()).isEqualTo("/p%2Fq?x=%20y");
      assertThat(call.head().headers().first("x-user")).isEqualTo("jason");
      assertThat(requireNonNull(call.peer().local()).getPort())
          .isEqualTo(server.address().getPort());
      assertThat(requireNonNull(call.peer().remote()).getAddress().isLoopbackAddress()).isTrue();
    }
  }

  @Test
  void thePeerIsTheConnectionsWhateverHeadersSay() throws Exception {
    // By these two addresses the mesh finds who has proved to be at the other end.
    try (Running server = counting();
        Wire one = new Wire(server.address());
        Wire two = new Wire(server.address())) {
      for (Wire wire : List.of(one, two, one)) {
        admit(PASS);
        wire.get(
            "/",
            "X-Forwarded-For: 192.0.2.1",
            "X-Forwarded-Port: 1",
            "Forwarded: for=192.0.2.1:1",
            "X-Real-IP: 192.0.2.1");
        ScriptedInbound call = only();
        assertThat(call.peer().remote()).isEqualTo(wire.local());
        assertThat(call.peer().local()).isEqualTo(server.address());
      }
    }
  }

  @Test
  void aRefusalIsAnsweredInsteadOfTheApplication() throws Exception {
    for (int status : new int[] {401, 403, 429}) {
      admit(refuse(status, "denied " + status));
      try (Running server = counting();
          Wire wire = new Wire(server.address())) {
        Wire.Response response = wire.get("/");

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("x-denied")).isEqualTo("rbac");
        assertThat(response.body()).isEqualTo("denied " + status);
        assertThat(only().end().get().status()).isEqualTo(status);
      }
    }
    assertThat(handled).hasValue(0);
  }

  @Test
  void aRefusalMayBeEmpty() throws Exception {
    admit(refuse(403, ""));
    try (Running server = counting();
        Wire wire = new Wire(server.address())) {
      assertThat(wire.get("/").status()).isEqualTo(403);
      assertThat(wire.get("/again").status()).isEqualTo(403); // the connection is usable
    }
  }

  @Test
  void aRequestWithABodyIsRefusedAsWell() throws Exception {
    admit(refuse(403, "no"));
    try (Running server = counting();
        Wire wire = new Wire(server.address())) {
      wire.send("POST / HTTP/1.1", "Host: app.test", "Content-Length: 5").write("hello");

      assertThat(wire.read().status()).isEqualTo(403);
    }
    assertThat(handled).hasValue(0);
  }

  @Test
  void aLaterVerdictIsWaitedFor() throws Exception {
    CompletableFuture<Verdict> later = new CompletableFuture<>();
    admit(
        head ->
            () -> {
              MESH.after(Duration.ofMillis(50), () -> later.complete(refuse(403, "late")));
              return new Verdict.Later(later);
            });
    try (Running server = counting();
        Wire wire = new Wire(server.address())) {
      assertThat(wire.get("/").body()).isEqualTo("late");
    }
    admit(new Verdict.Later(CompletableFuture.completedFuture(PASS)));
    try (Running server = counting();
        Wire wire = new Wire(server.address())) {
      assertThat(wire.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void theRequestIsEditedBeforeTheApplicationSeesIt() throws Exception {
    admit(
        new Verdict.Pass(
            new HeaderEdits(
                List.of("x-spoof"),
                List.of(Map.entry("x-principal", "spiffe://td/ns/a/sa/b")),
                List.of())));
    try (Running server = counting();
        Wire wire = new Wire(server.address())) {
      Wire.Response response =
          wire.get("/", "X-Spoof: yes", "X-Principal: forged", "X-PRINCIPAL: forged too");

      assertThat(response.body()).isEqualTo("principal=[spiffe://td/ns/a/sa/b] spoof=null");
    }
  }

  @Test
  void anEngineThatFailsRefuses() throws Exception {
    admit(
        head ->
            () -> {
              throw new IllegalStateException("on purpose");
            });
    try (Running server = counting();
        Wire wire = new Wire(server.address())) {
      assertThat(wire.get("/").status()).isEqualTo(503);
    }
    admit(
        head -> {
          throw new IllegalStateException("on purpose");
        });
    try (Running server = counting();
        Wire wire = new Wire(server.address())) {
      assertThat(wire.get("/").status()).isEqualTo(503);
    }
    admit(new Verdict.Later(CompletableFuture.failedFuture(new IllegalStateException("late"))));
    try (Running server = counting();
        Wire wire = new Wire(server.address())) {
      assertThat(wire.get("/").status()).isEqualTo(503);
    }
    assertThat(handled).hasValue(0);
    MESH.suppressed().clear();
  }

  @Test
  void portsAreReported() {
    Running server = counting();
    int port = server.address().getPort();

    assertThat(MESH.listening()).anyMatch(address -> address.getPort() == port);
    server.close();
    assertThat(MESH.listening()).noneMatch(address -> address.getPort() == port);
  }
}
