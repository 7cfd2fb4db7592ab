package dev.weft.instrumentation.testing.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.Script;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The application's channel stays the application's: what is not the mesh's, and its life. */
class GrpcChannelContract extends GrpcContract {

  private Future<String> sleeping(ManagedChannel on) {
    Future<String> call =
        ClientCalls.futureUnaryCall(on.newCall(Echo.UNARY, CallOptions.DEFAULT), "sleep:400");
    Awaitility.await().until(() -> one.handled() > 0);
    return call;
  }

  @Test
  void whatIsNotTheMeshsGoesWhereItWould() throws Exception {
    ManagedChannel other =
        Grpc.channel("localhost:" + first.getPort())
            .defaultLoadBalancingPolicy("round_robin")
            .build();
    assertThat(Grpc.unary(other, "name")).isEqualTo("one");
    assertThat(Grpc.count(other, 100, 100)).isEqualTo("100:10000");
    assertThat(calls.all()).isEmpty();
    other.shutdown();
    assertThat(other.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void ownershipIsDecidedCallByCall() throws Exception {
    ManagedChannel both =
        Grpc.channel("localhost:" + first.getPort()).overrideAuthority(authority).build();
    assertThat(Grpc.unary(both, "name")).isEqualTo("one"); // the engine lets it go
    route(Grpc.at(second));
    assertThat(Grpc.unary(both, "name")).isEqualTo("two");
    script(() -> null);
    assertThat(Grpc.unary(both, "name")).isEqualTo("one");
    both.shutdown();
    assertThat(both.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aHostOfTheMeshIsReady() {
    assertThat(channel.getState(true)).isEqualTo(ConnectivityState.READY);
    assertThat(channel.authority()).isEqualTo(authority);
  }

  @Test
  void aChannelEndsWithItsLastCall() throws Exception {
    route(Grpc.at(first));
    Future<String> call = sleeping(channel);
    channel.shutdown();

    assertThat(channel.isTerminated()).isFalse();
    assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("one");
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(Grpc.unary(channel, "x")).startsWith("UNAVAILABLE: Channel shutdown");
  }

  @Test
  void aChannelEndsAtOnceWhenTold() throws Exception {
    route(Grpc.at(first));
    Future<String> call = sleeping(channel);
    channel.shutdownNow();

    try {
      call.get(10, TimeUnit.SECONDS);
      throw new AssertionError("the call went on");
    } catch (ExecutionException e) {
      assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aServerThatStopsFailsNoCall() {
    Server stopping = Grpc.serve(new Echo("stopping"));
    route(Grpc.at(stopping), Grpc.at(second));
    for (int i = 0; i < 20; i++) {
      assertThat(Grpc.unary(channel, "x")).isEqualTo("x");
    }
    stopping.shutdown();
    for (int i = 0; i < 200; i++) {
      assertThat(Grpc.unary(channel, "x")).isEqualTo("x");
    }
  }

  @Test
  void aServerThatDiesResetsItsCalls() throws Exception {
    script(() -> Script.of(Script.send(Grpc.at(first)), Script.deliver()));
    Future<String> call = sleeping(channel);
    first.shutdownNow();

    try {
      call.get(10, TimeUnit.SECONDS);
      throw new AssertionError("the call went on");
    } catch (ExecutionException e) {
      assertThat(failure().kind()).isEqualTo(Outcome.Kind.RESET);
    }
  }

  @Test
  void aCallIsCancelledWhileItWaits() {
    script(() -> Script.of(call -> new Step.Wait(null, new CompletableFuture<>())));
    Future<String> call =
        ClientCalls.futureUnaryCall(channel.newCall(Echo.UNARY, CallOptions.DEFAULT), "x");
    call.cancel(true);

    Awaitility.await().until(() -> calls.only().ends().contains("cancelled"));
  }

  @Test
  void callbacksMayRunOnTheTransportsThread() throws Exception {
    ManagedChannel direct = Grpc.channel(authority).directExecutor().build();
    route(Grpc.nobody(), Grpc.at(first));
    for (int i = 0; i < 20; i++) {
      assertThat(Grpc.unary(direct, "x")).isEqualTo("x");
    }
    assertThat(Grpc.talk(direct, 100)).isEqualTo(100);
    direct.shutdown();
    assertThat(direct.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }
}
