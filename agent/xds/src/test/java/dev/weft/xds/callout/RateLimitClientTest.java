package dev.weft.xds.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import dev.weft.engine.config.RateLimit.Entry;
import dev.weft.engine.limit.RateLimitService.Answer;
import dev.weft.engine.limit.RateLimitService.Code;
import dev.weft.engine.limit.RateLimitService.Limit;
import dev.weft.engine.limit.RateLimitService.Question;
import dev.weft.engine.limit.RateLimitService.Standing;
import dev.weft.harness.Ports;
import dev.weft.xds.ControlLog;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions to a rate limit service on grpc-java, in whatever state it is. */
class RateLimitClientTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final ExecutorService worker =
      Executors.newCachedThreadPool(task -> new Thread(task, "worker"));
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Callouts callouts = new Callouts(worker, new Lines(), "weft/test");
  private final RateLimitClient client = new RateLimitClient(callouts);
  private final AtomicInteger connections = new AtomicInteger();
  private final BlockingQueue<StreamObserver<RateLimitResponse>> held = new LinkedBlockingQueue<>();
  private final BlockingQueue<RateLimitRequest> asked = new LinkedBlockingQueue<>();
  private volatile boolean holds;
  private Server server;
  private int port;

  @AfterEach
  void stop() throws InterruptedException {
    callouts.close();
    if (server != null) {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
    worker.shutdownNow();
  }

  private void serve(int at, int mostCalls) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), at))
            .maxConcurrentCallsPerConnection(mostCalls)
            .addService(new Service())
            .addTransportFilter(
                new ServerTransportFilter() {
                  @Override
                  public Attributes transportReady(Attributes attributes) {
                    connections.incrementAndGet();
                    return attributes;
                  }
                })
            .build()
            .start();
    port = server.getPort();
  }

  private CompletableFuture<Answer> ask(String user, Duration timeout) {
    return client
        .ask(
            new Question(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                "limits.default.svc.cluster.local",
                "shop",
                List.of(List.of(new Entry("plan", "free"), new Entry("user", user))),
                timeout))
        .toCompletableFuture();
  }

  @Test
  void asksInEnvoysWords() throws Exception {
    serve(Ports.free(), 100);
    assertThat(ask("jason", LONG).get().code()).isEqualTo(Code.OK);
    RateLimitRequest request = asked.take();
    assertThat(request.getDomain()).isEqualTo("shop");
    assertThat(request.getDescriptors(0).getEntriesList())
        .extracting(entry -> entry.getKey() + "=" + entry.getValue())
        .containsExactly("plan=free", "user=jason");
  }

  @Test
  void understandsAllThatAServiceMaySay() {
    RateLimitResponse response =
        RateLimitResponse.newBuilder()
            .setOverallCode(RateLimitResponse.Code.OVER_LIMIT)
            .addStatuses(
                RateLimitResponse.DescriptorStatus.newBuilder()
                    .setCode(RateLimitResponse.Code.OVER_LIMIT)
                    .setCurrentLimit(
                        RateLimitResponse.RateLimit.newBuilder()
                            .setName("per-user")
                            .setRequestsPerUnit(9)
                            .setUnit(RateLimitResponse.RateLimit.Unit.MINUTE))
                    .setDurationUntilReset(Durations.fromMillis(1500)))
            .addStatuses(
                RateLimitResponse.DescriptorStatus.newBuilder()
                    .setCode(RateLimitResponse.Code.OK)
                    .setLimitRemaining(7))
            .addResponseHeadersToAdd(HeaderValue.newBuilder().setKey("x-a").setValue("1"))
            .addResponseHeadersToAdd(HeaderValue.newBuilder().setKey("x-b").setValue("1\r\nc: d"))
            .addRequestHeadersToAdd(HeaderValue.newBuilder().setKey("x-c").setValue("2"))
            .setRawBody(ByteString.copyFromUtf8("slow down"))
            .build();
    Answer answer = RateLimitClient.decode(response.toByteArray());
    assertThat(answer.code()).isEqualTo(Code.OVER_LIMIT);
    assertThat(answer.standings())
        .containsExactly(
            new Standing(
                true, new Limit("per-user", 9, Duration.ofMinutes(1)), 0, Duration.ofMillis(1500)),
            new Standing(false, null, 7, Duration.ZERO));
    assertThat(answer.responseHeaders()).containsExactly(Map.entry("x-a", "1"));
    assertThat(answer.requestHeaders()).containsExactly(Map.entry("x-c", "2"));
    assertThat(answer.body()).asString().isEqualTo("slow down");
    assertThat(RateLimitClient.decode(new byte[0]).code())
        .as("says nothing")
        .isEqualTo(Code.FAILED);
    assertThat(RateLimitClient.decode(new byte[] {9}).code()).as("garbage").isEqualTo(Code.FAILED);
  }

  /** Many at once, over one connection, however few calls it takes at a time. */
  @Test
  void sharesOneConnection() throws Exception {
    serve(Ports.free(), 3);
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      answers.add(ask("user-" + i, LONG));
    }
    for (CompletableFuture<Answer> answer : answers) {
      assertThat(answer.get().code()).isEqualTo(Code.OK);
    }
    assertThat(connections.get()).isEqualTo(1);
  }

  @Test
  void answersOnThreadsThatMayRunTheApplication() throws Exception {
    serve(Ports.free(), 100);
    String thread = ask("jason", LONG).thenApply(any -> Thread.currentThread().getName()).get();
    assertThat(thread).isIn("worker", "main"); // main: done before it was looked at
  }

  @Test
  void waitsNoLongerThanItMay() throws Exception {
    serve(Ports.free(), 100);
    assertThat(ask("jason", LONG).get().code()).isEqualTo(Code.OK);
    holds = true;
    long begin = System.nanoTime();
    assertThat(ask("jason", Duration.ofMillis(50)).get().code()).isEqualTo(Code.FAILED);
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(50_000_000);
    holds = false;
    assertThat(ask("jason", LONG).get().code()).isEqualTo(Code.OK);
    assertThat(connections.get()).as("the connection stays").isEqualTo(1);
  }

  @Test
  void recoversOnceSomebodyListens() throws Exception {
    port = Ports.free();
    assertThat(ask("jason", LONG).get().code()).isEqualTo(Code.FAILED);
    assertThat(ask("jason", LONG).get().code()).as("at once").isEqualTo(Code.FAILED);
    assertThat(lines).singleElement().asString().contains("no answer from limits.default");
    serve(port, 100);
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(ask("jason", LONG).get().code()).isEqualTo(Code.OK));
  }

  /** A service that is being replaced answers what it has taken. */
  @Test
  void losesNothingToAServerThatLeaves() throws Exception {
    serve(Ports.free(), 100);
    holds = true;
    CompletableFuture<Answer> underWay = ask("jason", LONG);
    StreamObserver<RateLimitResponse> taken = held.take();
    server.shutdown();
    int old = port;
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(ask("late", Duration.ofMillis(200)).get().code())
                    .isEqualTo(Code.FAILED));
    assertThat(underWay).isNotDone();
    taken.onNext(ok());
    taken.onCompleted();
    assertThat(underWay.get().code()).isEqualTo(Code.OK);
    server.awaitTermination(10, TimeUnit.SECONDS);
    holds = false;
    serve(old, 100);
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(ask("jason", LONG).get().code()).isEqualTo(Code.OK));
  }

  @Test
  void takesARefusalForAFailure() throws Exception {
    serve(Ports.free(), 100);
    holds = true;
    CompletableFuture<Answer> answer = ask("jason", LONG);
    held.take().onError(Status.UNKNOWN.withDescription("no redis").asRuntimeException());
    assertThat(answer.get().code()).isEqualTo(Code.FAILED);
  }

  private static RateLimitResponse ok() {
    return RateLimitResponse.newBuilder().setOverallCode(RateLimitResponse.Code.OK).build();
  }

  private final class Service extends RateLimitServiceGrpc.RateLimitServiceImplBase {
    @Override
    public void shouldRateLimit(
        RateLimitRequest request, StreamObserver<RateLimitResponse> responses) {
      asked.add(request);
      if (holds) {
        held.add(responses);
      } else {
        responses.onNext(ok());
        responses.onCompleted();
      }
    }
  }

  private final class Lines implements ControlLog {
    @Override
    public void info(String line) {
      lines.add(line);
    }

    @Override
    public void warn(String line) {
      lines.add(line);
    }
  }
}
