package dev.weft.instrumentation.testing.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.testing.ScriptedInbound;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The application's interceptors, listeners, tracers and contexts see of a call through the mesh
 * what they see of the same call without it.
 */
class GrpcSameContract extends GrpcContract {

  private static final Context.Key<String> MINE = Context.key("mine");

  private final ManagedChannel plain =
      Grpc.channel("127.0.0.1:" + first.getPort()).overrideAuthority("plain.test:9080").build();

  @AfterEach
  void disconnect() {
    plain.shutdownNow();
  }

  private Observed observe(Channel over, String text, String failing) throws Exception {
    Observed seen = new Observed(MINE, failing);
    Context mine = Context.current().withValue(MINE, "set");
    Context before = mine.attach();
    try {
      CallOptions options =
          CallOptions.DEFAULT
              .withOption(Observed.OPTION, "kept")
              .withDeadlineAfter(20, TimeUnit.SECONDS)
              .withStreamTracerFactory(seen.tracers());
      ClientCall<String, String> call =
          ClientInterceptors.intercept(over, seen).newCall(Echo.UNARY, options);
      ClientCalls.asyncUnaryCall(call, text, seen.observer());
    } finally {
      mine.detach(before);
    }
    seen.over().get(10, TimeUnit.SECONDS);
    return seen;
  }

  private void isSame(String text, String failing) throws Exception {
    List<String> without = observe(plain, text, failing).events();
    List<String> within = observe(channel, text, failing).events();
    assertThat(within)
        .as(text + ", failing " + failing)
        .isEqualTo(without.stream().map(e -> e.replace("plain.test:9080", authority)).toList());
    assertThat(calls.all()).isNotEmpty();
  }

  @Test
  void clientInterceptorsSeeTheSame() throws Exception {
    route(Grpc.at(first));
    for (String text : List.of("hello", "header:x-mine", "fail:7", "throw")) {
      isSame(text, "nowhere");
    }
  }

  @Test
  void aListenerThatFailsFailsTheSame() throws Exception {
    route(Grpc.at(first));
    for (String failing : List.of("headers", "message")) {
      isSame("hello", failing);
    }
  }

  @Test
  void theMeshAsksForNothingOfItsOwn() throws Exception {
    route(Grpc.at(first));
    assertThat(headers(channel)).isEqualTo(headers(plain));
  }

  /** Names of what the server was sent. */
  private List<String> headers(Channel over) {
    Grpc.unary(over, "x");
    ScriptedInbound last = MESH.inbound().get(MESH.inbound().size() - 1);
    List<String> names = new ArrayList<>();
    last.head().headers().each((name, value) -> names.add(name));
    return names.stream().sorted().toList();
  }

  /** Remembers what it finds, and calls on for the call that arrived. */
  private static final class Onward implements ServerInterceptor {
    private final Channel onward;
    private volatile String found = "nothing";

    Onward(Channel onward) {
      this.onward = onward;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      boolean hasDeadline = Context.current().getDeadline() != null;
      Future<String> answer =
          ClientCalls.futureUnaryCall(onward.newCall(Echo.UNARY, CallOptions.DEFAULT), "name");
      try {
        found = call.getAuthority() + " " + hasDeadline + " " + answer.get(10, TimeUnit.SECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        found = e.toString();
      }
      return next.startCall(call, headers);
    }
  }

  @Test
  void aCallForACallIsKnownAsSuch() throws Exception {
    Onward onward = new Onward(channel);
    Server front =
        Grpc.server(0)
            .addService(ServerInterceptors.intercept(new Echo("front").service(), onward))
            .build()
            .start();
    ManagedChannel client =
        Grpc.channel("127.0.0.1:" + front.getPort()).overrideAuthority("front.test").build();
    route(Grpc.at(second));
    CallOptions patient = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);

    assertThat(Grpc.unary(client, "hello", patient)).isEqualTo("hello");
    assertThat(onward.found).isEqualTo("front.test true two");
    assertThat(calls.only().context()).isSameAs(MESH.inbound().get(0));
    client.shutdownNow();
    front.shutdownNow();
  }
}
