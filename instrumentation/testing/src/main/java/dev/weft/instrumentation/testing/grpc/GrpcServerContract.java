package dev.weft.instrumentation.testing.grpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.ScriptedInbound;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The verdict comes before the application, the end exactly once, whatever happens between. */
class GrpcServerContract extends GrpcContract {

  private static final Metadata.Key<String> EDITED =
      Metadata.Key.of("x-edited", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel client = Grpc.channel("127.0.0.1:" + first.getPort()).build();

  @AfterEach
  void disconnect() {
    client.shutdownNow();
  }

  private static void admit(Supplier<Verdict> verdict) {
    MESH.admit(head -> verdict, setting("x-edited", "response"));
  }

  private static Verdict refuse(int status, String body) {
    return new Verdict.Refuse(
        new Step.Answer(status, HeaderEdits.NONE, body.getBytes(StandardCharsets.UTF_8)));
  }

  private static Verdict pass() {
    return new Verdict.Pass(setting("x-user", "verified"));
  }

  /** Reached after a while, on a thread of the agent. */
  private static Verdict later(Verdict verdict) {
    CompletableFuture<Verdict> reached = new CompletableFuture<>();
    MESH.after(Duration.ofMillis(20), () -> reached.complete(verdict));
    return new Verdict.Later(reached);
  }

  private static ScriptedInbound only() {
    Awaitility.await()
        .until(() -> MESH.inbound().size() == 1 && MESH.inbound().get(0).end().isDone());
    return MESH.inbound().get(0);
  }

  @Test
  void theEngineSeesTheCall() throws Exception {
    admit(GrpcServerContract::pass);
    assertThat(Grpc.unary(client, "header:x-user")).isEqualTo("verified");

    ScriptedInbound call = only();
    assertThat(call.head().library()).isEqualTo("grpc");
    assertThat(call.head().target()).isEqualTo("/weft.test.Echo/Unary");
    assertThat(requireNonNull(call.peer().local()).getPort()).isEqualTo(first.getPort());
    assertThat(call.end().get().status()).isEqualTo(200);
    assertThat(call.end().get().completion().trailers().first("grpc-status")).isEqualTo("0");
    assertThat(one.context()).isSameAs(call);
  }

  @Test
  void aRefusalIsAStatus() throws Exception {
    admit(() -> refuse(403, "RBAC: access denied"));
    assertThat(Grpc.unary(client, "x")).isEqualTo("PERMISSION_DENIED: RBAC: access denied");
    assertThat(only().end().get().completion().trailers().first("grpc-status")).isEqualTo("7");
    admit(() -> later(refuse(401, "who")));
    assertThat(Grpc.unary(client, "x")).isEqualTo("UNAUTHENTICATED: who");
    assertThat(one.handled()).isZero();
  }

  @Test
  void anEngineThatFailsRefuses() {
    List<Supplier<Verdict>> failing =
        List.of(
            () -> {
              throw new IllegalStateException("on purpose");
            },
            () -> new Verdict.Later(CompletableFuture.failedFuture(new IllegalStateException())));
    for (Supplier<Verdict> verdict : failing) {
      admit(verdict);
      assertThat(Grpc.unary(client, "x")).startsWith("UNAVAILABLE");
    }
    assertThat(one.handled()).isZero();
    MESH.suppressed().clear();
  }

  @Test
  void aVerdictThatComesLaterHoldsNothingBack() throws Exception {
    admit(() -> later(pass()));
    assertThat(Grpc.unary(client, "header:x-user")).isEqualTo("verified");
    assertThat(Grpc.count(client, 500, 1_000)).isEqualTo("500:500000");
    assertThat(Grpc.talk(client, 50)).isEqualTo(50);
    assertThat(Grpc.unary(client, "throw")).startsWith("UNKNOWN");
    MESH.suppressed().clear(); // the application's own failure
  }

  @Test
  void theResponseIsEdited() {
    admit(GrpcServerContract::pass);
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    io.grpc.Channel capturing =
        ClientInterceptors.intercept(
            client, MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
    Grpc.unary(capturing, "x");
    assertThat(requireNonNull(headers.get()).get(EDITED)).isEqualTo("response");
    Grpc.unary(capturing, "fail:5"); // trailers only
    assertThat(requireNonNull(trailers.get()).get(EDITED)).isEqualTo("response");
  }

  @Test
  void aHandlerThatFailsEndsItsCall() throws Exception {
    admit(GrpcServerContract::pass);
    assertThat(Grpc.unary(client, "throw")).startsWith("UNKNOWN");
    assertThat(only().end().get().completion().trailers().first("grpc-status")).isEqualTo("2");
    assertThat(only().end().get().completion().failure()).isNotNull();
  }

  @Test
  void aClientThatLeavesEndsItsCall() throws Exception {
    admit(GrpcServerContract::pass);
    Future<String> call =
        ClientCalls.futureUnaryCall(client.newCall(Echo.UNARY, CallOptions.DEFAULT), "sleep:3000");
    Awaitility.await().until(() -> one.handled() == 1);
    call.cancel(true);
    assertThat(only().end().get().completion().failure()).isNotNull();
  }

  @Test
  void portsAreReported() {
    int port = first.getPort();
    assertThat(MESH.listening()).anyMatch(address -> address.getPort() == port);
    first.shutdown();
    assertThat(MESH.listening()).noneMatch(address -> address.getPort() == port);
  }
}
