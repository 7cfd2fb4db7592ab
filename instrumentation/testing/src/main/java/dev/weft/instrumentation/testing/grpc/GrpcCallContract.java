package dev.weft.instrumentation.testing.grpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.Script;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One call of the application is one call of the mesh, each try of it where the engine says. */
class GrpcCallContract extends GrpcContract {

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Test
  void eachCallGoesToItsEndpoint() {
    route(Grpc.at(first), Grpc.at(second));

    assertThat(List.of(name(), name(), name(), name())).containsExactly("one", "two", "one", "two");
  }

  private String name() {
    return Grpc.unary(channel, "name");
  }

  @Test
  void theEngineSeesTheRequestAndItsEnd() throws Exception {
    route(Grpc.at(first));
    Grpc.unary(channel, "hello");

    RequestHead head = calls.only().head();
    assertThat(head.library()).isEqualTo("grpc");
    assertThat(head.method()).isEqualTo("POST");
    assertThat(head.authority()).isEqualTo(authority);
    assertThat(head.target()).isEqualTo("/weft.test.Echo/Unary");
    Completion end = calls.only().completion().get(5, TimeUnit.SECONDS);
    assertThat(end.bytes()).isEqualTo(1);
    assertThat(end.trailers().first("grpc-status")).isEqualTo("0");
    assertThat(end.failure()).isNull();
  }

  @Test
  void headersAuthorityAndTargetAreEdited() {
    script(
        () ->
            Script.of(
                call ->
                    new Step.Send(
                        Grpc.at(first),
                        "other.test:1",
                        "/weft.test.Echo/Unary",
                        new HeaderEdits(
                            List.of("x-gone"), List.of(Map.entry("x-user", "set")), List.of()),
                        null,
                        0),
                call -> new Step.Deliver(setting("x-delivered", "yes"))));
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    String answer =
        Grpc.unary(
            ClientInterceptors.intercept(
                channel, MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)),
            "header:x-user");

    assertThat(answer).isEqualTo("set");
    assertThat(requireNonNull(headers.get()).get(key("x-delivered"))).isEqualTo("yes");
    assertThat(MESH.inbound().get(0).head().authority()).isEqualTo("other.test:1");
  }

  @Test
  void aFailedConnectionIsTriedElsewhereAndNotHeldAgainstTheAddress() {
    InetSocketAddress nobody = Grpc.nobody();
    route(nobody, Grpc.at(second));
    assertThat(name()).isEqualTo("two");
    Outcome.Failed failed = (Outcome.Failed) calls.all().get(0).outcomes().get(0);
    assertThat(failed.kind()).isEqualTo(Outcome.Kind.CONNECT);

    route(nobody);
    Server revived = Grpc.serve(new Echo("revived"), nobody.getPort());
    assertThat(name()).isEqualTo("revived"); // at once, without a back-off
    revived.shutdownNow();
  }

  @Test
  void aNameIsLookedUpByTheLibrary() {
    route(InetSocketAddress.createUnresolved("localhost", first.getPort()));
    assertThat(name()).isEqualTo("one");
    script(() -> Script.to(InetSocketAddress.createUnresolved("nowhere.invalid", 1)));
    assertThat(name()).startsWith("UNAVAILABLE: Unable to resolve host nowhere.invalid");
  }

  @Test
  void aStatusPassesUnchanged() {
    route(Grpc.at(first));
    assertThat(Grpc.unary(channel, "fail:7")).isEqualTo("PERMISSION_DENIED: as told");
  }

  @Test
  void aStatusIsRetriedAsFarAsTheMessageIsKept() {
    route(Grpc.at(first));
    one.failFirst(2);
    assertThat(Grpc.unary(channel, "again")).isEqualTo("again");
    assertThat(calls.only().outcomes()).hasSize(3);

    script(() -> new Retrying(() -> Grpc.at(first), 10));
    one.failFirst(1);
    assertThat(Grpc.unary(channel, "more than ten bytes")).startsWith("UNAVAILABLE");
  }

  @Test
  void localRepliesAreStatuses() {
    Map<Integer, String> statuses =
        Map.of(
            400, "INTERNAL",
            401, "UNAUTHENTICATED",
            403, "PERMISSION_DENIED",
            404, "UNIMPLEMENTED",
            429, "UNAVAILABLE",
            503, "UNAVAILABLE",
            504, "UNAVAILABLE",
            418, "UNKNOWN");
    statuses.forEach(
        (http, status) -> {
          script(() -> Script.of(Script.answer(http, "told")));
          assertThat(Grpc.unary(channel, "x")).isEqualTo(status + ": told");
        });
    script(() -> Script.of(Script.answer(503, "full", "grpc-status", "8")));
    assertThat(Grpc.unary(channel, "x")).isEqualTo("RESOURCE_EXHAUSTED: full");
  }

  @Test
  void theTimeOfATryEnds() {
    script(
        () -> Script.of(Script.send(Grpc.at(first), Duration.ofMillis(80), 0), Script.deliver()));
    assertThat(Grpc.unary(channel, "sleep:5000")).startsWith("DEADLINE_EXCEEDED");
    assertThat(failure().kind()).isEqualTo(Outcome.Kind.TIMEOUT);
  }

  @Test
  void theApplicationsDeadlineEndsTheCall() {
    route(Grpc.at(first));
    assertThat(Grpc.unary(channel, "sleep:5000", deadline(100))).startsWith("DEADLINE_EXCEEDED");
    assertThat(failure().kind()).isEqualTo(Outcome.Kind.TIMEOUT);
    assertThat(failure().replayable()).isFalse();
  }

  @Test
  void theApplicationsDeadlineEndsAWait() {
    script(() -> Script.of(call -> new Step.Wait(null, new CompletableFuture<>())));
    assertThat(Grpc.unary(channel, "x", deadline(100))).startsWith("DEADLINE_EXCEEDED");
  }

  private static CallOptions deadline(int millis) {
    return CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
  }

  @Test
  void aCancelledContextEndsACallAndAWait() throws Exception {
    script(() -> Script.of(call -> new Step.Wait(null, new CompletableFuture<>())));
    assertThat(cancelledContext("x")).startsWith("CANCELLED");
    route(Grpc.at(first));
    assertThat(cancelledContext("sleep:5000")).startsWith("CANCELLED");
  }

  private String cancelledContext(String text) throws Exception {
    io.grpc.Context.CancellableContext context = io.grpc.Context.current().withCancellation();
    CompletableFuture<String> answer = new CompletableFuture<>();
    int before = calls.all().size();
    Runnable call = () -> answer.complete(Grpc.unary(channel, text));
    new Thread(context.wrap(call)).start();
    org.awaitility.Awaitility.await().until(() -> calls.all().size() > before);
    context.cancel(new IllegalStateException("on purpose"));
    return answer.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aCallThatWaitsForReadyDoes() throws Exception {
    InetSocketAddress address = Grpc.nobody();
    route(address);
    CompletableFuture<String> answer = new CompletableFuture<>();
    CallOptions patient = CallOptions.DEFAULT.withWaitForReady();
    new Thread(() -> answer.complete(Grpc.unary(channel, "name", patient))).start();
    org.awaitility.Awaitility.await().until(() -> calls.all().size() > 1);
    Server late = Grpc.serve(new Echo("late"), address.getPort());

    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("late");
    late.shutdownNow();
  }

  @Test
  void compressionAndCredentialsAreKept() {
    route(Grpc.at(first));
    CallOptions gzip = CallOptions.DEFAULT.withCompression("gzip");
    assertThat(Grpc.unary(channel, "z".repeat(10_000), gzip)).hasSize(10_000);

    CallOptions signed = CallOptions.DEFAULT.withCallCredentials(new Signed());
    assertThat(Grpc.unary(channel, "header:x-signed", signed)).isEqualTo("yes");
  }

  private static final class Signed extends CallCredentials {
    @Override
    public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
      Metadata headers = new Metadata();
      headers.put(key("x-signed"), "yes");
      executor.execute(() -> applier.apply(headers));
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in grpc-java 1.58
    public void thisUsesUnstableApi() {}
  }

  @Test
  void binaryHeadersAreLeftAlone() {
    Metadata.Key<byte[]> binary = Metadata.Key.of("x-raw-bin", Metadata.BINARY_BYTE_MARSHALLER);
    Metadata headers = new Metadata();
    headers.put(binary, "raw".getBytes(StandardCharsets.UTF_8));
    route(Grpc.at(first));
    Grpc.unary(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
        "x");

    assertThat(calls.only().head().headers().first("x-raw-bin")).isNull();
  }

  @Test
  void streamsGoBothWays() throws Exception {
    route(Grpc.nobody(), Grpc.at(first));
    Iterator<String> many =
        ClientCalls.blockingServerStreamingCall(channel, Echo.MANY, CallOptions.DEFAULT, "500:90");
    int received = 0;
    while (many.hasNext()) {
      assertThat(many.next()).hasSize(90);
      received++;
    }
    assertThat(received).isEqualTo(500);
    assertThat(Grpc.count(channel, 2_000, 1_000)).isEqualTo("2000:2000000");
    assertThat(Grpc.talk(channel, 300)).isEqualTo(300);
  }
}
