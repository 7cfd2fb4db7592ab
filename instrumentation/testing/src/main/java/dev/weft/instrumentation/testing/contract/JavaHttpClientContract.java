package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.bridge.Context;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.Step;
import dev.weft.instrumentation.testing.Replies;
import dev.weft.instrumentation.testing.Script;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** java.net.http beyond what all clients have: its futures, handlers and responses. */
class JavaHttpClientContract extends ClientContract {

  private static final int MANY = 300;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

  private HttpRequest get(String target) {
    return HttpRequest.newBuilder(URI.create(url(target))).header("X-Mine", "yes").build();
  }

  @Test
  void theResponseTellsOfTheApplicationsRequest() throws Exception {
    script(() -> Script.to(GOOD.address()));
    HttpRequest request = get("/echo");

    HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());

    assertThat(response.request()).isEqualTo(request);
    assertThat(response.uri()).isEqualTo(request.uri());
    assertThat(response.previousResponse()).isEmpty();
    assertThat(response.sslSession()).isEmpty();
    assertThat(response).hasToString("(GET " + request.uri() + ") 200");
  }

  @Test
  void aRedirectedResponseTellsWhereItCameFrom() throws Exception {
    script(() -> Script.to(GOOD.address()));

    HttpResponse<String> response =
        CLIENT.send(get("/redirect/302?to=/redirect/307?to=/echo/end"), BodyHandlers.ofString());

    assertThat(response.uri()).isEqualTo(URI.create(url("/echo/end")));
    assertThat(response.request().headers().firstValue("x-mine")).hasValue("yes");
    HttpResponse<String> second = response.previousResponse().orElseThrow();
    assertThat(second.statusCode()).isEqualTo(307);
    assertThat(second.body()).isNull();
    HttpResponse<String> first = second.previousResponse().orElseThrow();
    assertThat(first.statusCode()).isEqualTo(302);
    assertThat(first.previousResponse()).isEmpty();
  }

  @Test
  void aBodyMayBeReadWhileItArrives() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    HttpResponse<InputStream> response = CLIENT.send(get("/stall"), BodyHandlers.ofInputStream());

    assertThat(response.body().readNBytes(5))
        .isEqualTo("first".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(calls.only().over()).isNotDone();
    CompletableFuture<byte[]> rest =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return response.body().readAllBytes();
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    Awaitility.await()
        .until(
            () -> {
              GOOD.gate().open();
              return rest.isDone();
            });
    assertThat(rest.join()).isEqualTo("last".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(Replies.get(calls.only().completion()).bytes()).isEqualTo(9);
  }

  @Test
  void aStreamedBodyThatIsClosedEarlyEnds() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    HttpResponse<InputStream> response =
        CLIENT.send(get("/big/5000000"), BodyHandlers.ofInputStream());
    response.body().close();

    assertThat(Replies.get(calls.only().completion()).failure()).isNotNull();
  }

  @Test
  void aStreamedBodyIsBrokenByTheTimeout() throws Exception {
    var calls =
        script(
            () ->
                Script.of(
                    Script.send(GOOD.address(), Duration.ofMillis(200), 0), Script.deliver()));

    HttpResponse<InputStream> response = CLIENT.send(get("/stall"), BodyHandlers.ofInputStream());

    assertThatThrownBy(() -> response.body().readAllBytes())
        .isInstanceOf(java.io.IOException.class);
    assertThat(Replies.get(calls.only().completion()).failure())
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void otherHandlersWork() throws Exception {
    script(() -> Script.to(GOOD.address()));

    assertThat(CLIENT.send(get("/echo"), BodyHandlers.discarding()).body()).isNull();
    assertThat(CLIENT.send(get("/echo"), BodyHandlers.replacing("x")).body()).isEqualTo("x");
    assertThat(CLIENT.send(get("/echo"), BodyHandlers.ofLines()).body().findFirst())
        .hasValue("GET /echo");
  }

  @Test
  void whatAHandlerThrowsIsTheCallsFailure() {
    script(() -> Script.to(GOOD.address()));
    IllegalStateException thrown = new IllegalStateException("on purpose");

    CompletableFuture<HttpResponse<String>> future =
        CLIENT.sendAsync(
            get("/echo"),
            info -> {
              throw thrown;
            });

    assertThatThrownBy(future::join).rootCause().isSameAs(thrown);
  }

  @Test
  void theFutureIsAsTheClientsOwn() throws Exception {
    script(() -> Script.to(GOOD.address()));
    CompletableFuture<HttpResponse<String>> future =
        CLIENT.sendAsync(get("/hold"), BodyHandlers.ofString());

    assertThatThrownBy(() -> future.obtrudeException(new Exception()))
        .isInstanceOf(UnsupportedOperationException.class);
    CompletableFuture<Integer> dependent = future.thenApply(HttpResponse::statusCode);
    assertThat(dependent.cancel(true)).isTrue();
    Awaitility.await().until(future::isDone);
    assertThatThrownBy(future::join).isInstanceOf(RuntimeException.class);
  }

  @Test
  void theApplicationsTimeoutCutsAWait() {
    script(() -> Script.of(call -> new Step.Wait(Duration.ofMinutes(5), null)));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url("/echo"))).timeout(Duration.ofMillis(200)).build();

    assertThatThrownBy(() -> CLIENT.send(request, BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class)
        .hasMessage("request timed out");
  }

  /**
   * The client's timer and the mesh's run out at the same moment: the try's failure comes first.
   */
  @Test
  void theEngineHearsOfEachTryThatTheApplicationsTimeoutEnds() {
    var calls = script(() -> Script.of(Script.send(GOOD.address()), Script.deliver()));
    List<CompletableFuture<HttpResponse<String>>> pending = new ArrayList<>();

    for (int i = 0; i < MANY; i++) {
      Duration timeout = Duration.ofMillis(100 + i % 10);
      pending.add(
          CLIENT.sendAsync(
              HttpRequest.newBuilder(URI.create(url("/hold"))).timeout(timeout).build(),
              BodyHandlers.ofString()));
    }

    assertThat(pending)
        .allSatisfy(
            future ->
                assertThatThrownBy(future::join).hasCauseInstanceOf(HttpTimeoutException.class));
    assertThat(calls.all())
        .hasSize(MANY)
        .allSatisfy(
            call -> {
              assertThat(call.ends()).containsExactly("failed");
              Outcome.Failed failed = (Outcome.Failed) call.outcomes().get(0);
              assertThat(failed.cause()).isInstanceOf(HttpTimeoutException.class);
              // The client says which wait the timeout ended: on a busy machine it may be the
              // first.
              assertThat(failed.kind())
                  .isEqualTo(
                      failed.cause() instanceof HttpConnectTimeoutException
                          ? Outcome.Kind.CONNECT
                          : Outcome.Kind.TIMEOUT);
            });
  }

  @Test
  void handlersAndStagesRunForTheCaller() throws Exception {
    script(() -> Script.to(GOOD.address()));
    InboundCall inbound = ContextContract.call("/caller");
    AtomicReference<@Nullable InboundCall> handler = new AtomicReference<>();
    InboundCall before = Context.enter(inbound);
    CompletableFuture<InboundCall> stage;
    try {
      stage =
          CLIENT
              .sendAsync(
                  get("/echo"),
                  info -> {
                    handler.set(Context.current());
                    return HttpResponse.BodySubscribers.discarding();
                  })
              .thenApply(response -> Context.current());
    } finally {
      Context.exit(before);
    }

    assertThat(Replies.get(stage)).isSameAs(inbound);
    assertThat(handler.get()).isSameAs(inbound);
  }

  @Test
  void aMissingLocationFailsAsItDoesOutside() {
    script(() -> Script.to(GOOD.address()));
    String outside = "http://127.0.0.1:" + GOOD.address().getPort() + "/status/302";

    Throwable inside = failure(get("/status/302"));
    Throwable plain = failure(HttpRequest.newBuilder(URI.create(outside)).build());

    assertThat(inside).hasSameClassAs(plain).hasMessageEndingWith("Invalid redirection");
    assertThat(plain).hasMessageEndingWith("Invalid redirection");
  }

  private static Throwable failure(HttpRequest request) {
    try {
      HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
      throw new AssertionError("found " + response + " (expected: a failure)");
    } catch (java.io.IOException e) {
      return e;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
