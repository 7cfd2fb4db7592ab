package dev.weft.engine;

import static dev.weft.engine.TestMesh.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bridge.Completion;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Cluster;
import dev.weft.engine.config.RateLimit;
import dev.weft.engine.config.RateLimit.Action;
import dev.weft.engine.config.RateLimit.Replies;
import dev.weft.engine.config.RateLimit.TokenBucket;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.config.TcpTable;
import dev.weft.engine.limit.RateLimitService.Answer;
import dev.weft.engine.limit.RateLimitService.Code;
import dev.weft.engine.limit.RateLimitService.Limit;
import dev.weft.engine.limit.RateLimitService.Question;
import dev.weft.engine.limit.RateLimitService.Standing;
import dev.weft.engine.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What callers are told who exceed a limit, and how requests wait for those who count. */
class RateLimitTest {

  private static final Peer PEER = new Peer(null, null);
  private static final Standing OVER =
      new Standing(true, new Limit("", 3, Duration.ofMinutes(1)), 0, Duration.ofMillis(20_500));
  private static final Standing UNDER =
      new Standing(
          false, new Limit("per-user", 10, Duration.ofSeconds(1)), 7, Duration.ofSeconds(1));

  private final List<Question> questions = new ArrayList<>();
  private final List<CompletableFuture<Answer>> answers = new ArrayList<>();
  private final TestMesh mesh =
      new TestMesh(
          settings -> settings,
          builder ->
              builder.rateLimits(
                  question -> {
                    questions.add(question);
                    CompletableFuture<Answer> answer = new CompletableFuture<>();
                    answers.add(answer);
                    return answer;
                  }));

  private static RateLimit.Local local(String name, long max, Replies replies) {
    return new RateLimit.Local(
        name,
        new TokenBucket(max, 1, Duration.ofMillis(1500)),
        true,
        List.of(),
        List.of(),
        10,
        replies);
  }

  private static RateLimit.Global global(String domain, boolean deny, Replies replies) {
    return new RateLimit.Global(
        "limits",
        domain,
        List.of(
            List.of(new Action.GenericKey("api", "v1"), new Action.RequestHeader("u", "x-user")),
            List.of(new Action.RequestHeader("plan", "x-plan"))),
        Duration.ofMillis(20),
        deny,
        replies);
  }

  private void enforce(RateLimit... limits) {
    Cluster service = Config.cluster("limits", Config.endpoint(9));
    mesh.update(
        new Snapshot(
            Config.hosts("reviews"),
            Map.of(),
            Map.of("limits", service),
            null,
            null,
            List.of(limits),
            TcpTable.EMPTY,
            Authorization.NONE));
  }

  private InboundCall arrive(RequestHead head) {
    return mesh.engine.inbound(PEER, head);
  }

  private static Step.Answer refusal(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refuse.class);
    return ((Verdict.Refuse) verdict).answer();
  }

  private static Map<String, String> headers(HeaderEdits edits) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    edits.apply(HeaderEdits.of(pairs));
    Map<String, String> map = new LinkedHashMap<>();
    pairs.forEach(pair -> assertThat(map.put(pair.getKey(), pair.getValue())).isNull());
    return map;
  }

  private static Verdict after(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Later.class);
    CompletableFuture<Verdict> later = ((Verdict.Later) verdict).verdict().toCompletableFuture();
    assertThat(later).isDone();
    return later.join();
  }

  @Test
  void answersLikeEnvoyAndSaysWhenToComeAgain() {
    enforce(local("all", 1, Replies.PLAIN));
    assertThat(arrive(get("/")).verdict()).isInstanceOf(Verdict.Pass.class);
    InboundCall call = arrive(get("/"));
    Step.Answer answer = refusal(call.verdict());
    assertThat(answer.status()).isEqualTo(429);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("local_rate_limited");
    assertThat(headers(answer.headers()))
        .containsEntry("retry-after", "2")
        .containsEntry("x-weft-flags", "RL")
        .doesNotContainKey("x-ratelimit-limit");
    call.finished(429, Completion.of(18));
    assertThat(mesh.recorder.only().flags()).isEqualTo("RL");
    mesh.time.advance(Duration.ofMillis(1500));
    assertThat(arrive(get("/")).verdict()).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void endsGrpcCallsWithAStatus() {
    enforce(local("all", 1, Replies.PLAIN), local("strict", 2, new Replies(false, true)));
    assertThat(arrive(TestMesh.grpc()).verdict()).isInstanceOf(Verdict.Pass.class);
    Step.Answer answer = refusal(arrive(TestMesh.grpc()).verdict());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(headers(answer.headers()))
        .containsEntry("grpc-status", "14")
        .containsEntry("grpc-message", "local_rate_limited")
        .containsEntry("content-type", "application/grpc");
    enforce(local("exhausting", 1, new Replies(false, true)));
    assertThat(arrive(TestMesh.grpc()).verdict()).isInstanceOf(Verdict.Pass.class);
    assertThat(headers(refusal(arrive(TestMesh.grpc()).verdict()).headers()))
        .containsEntry("grpc-status", "8");
  }

  @Test
  void tellsOfTheTightestLimitWhereAsked() {
    Replies telling = new Replies(true, false);
    enforce(local("wide", 9, telling), local("tight", 2, telling), local("mute", 1, Replies.PLAIN));
    InboundCall call = arrive(get("/"));
    assertThat(call.verdict()).isInstanceOf(Verdict.Pass.class);
    assertThat(headers(call.responding(200, Headers.NONE)))
        .containsOnly(
            Map.entry("x-ratelimit-limit", "2"),
            Map.entry("x-ratelimit-remaining", "1"),
            Map.entry("x-ratelimit-reset", "0"));
    enforce(local("tight", 2, telling));
    assertThat(arrive(get("/")).verdict()).as("one was left").isInstanceOf(Verdict.Pass.class);
    InboundCall refused = arrive(get("/"));
    assertThat(headers(refusal(refused.verdict()).headers()))
        .containsEntry("x-ratelimit-limit", "2")
        .containsEntry("x-ratelimit-remaining", "0")
        .containsEntry("x-ratelimit-reset", "2")
        .containsEntry("retry-after", "2");
    assertThat(refused.responding(429, Headers.NONE).isEmpty()).as("said already").isTrue();
  }

  @Test
  void waitsForWhoeverCounts() {
    enforce(global("shop", false, Replies.PLAIN));
    InboundCall call = arrive(get("/", "x-user", "jason"));
    Verdict verdict = call.verdict();
    assertThat(questions).hasSize(1);
    Question asked = questions.get(0);
    assertThat(asked.address()).isEqualTo(Config.address(9));
    assertThat(asked.domain()).isEqualTo("shop");
    assertThat(asked.timeout()).isEqualTo(Duration.ofMillis(20));
    assertThat(asked.descriptors())
        .as("no descriptor of a header that is not there")
        .containsExactly(
            List.of(new RateLimit.Entry("api", "v1"), new RateLimit.Entry("u", "jason")));
    answers.get(0).complete(Answer.of(Code.OVER_LIMIT, UNDER, OVER));
    Step.Answer answer = refusal(after(verdict));
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.body()).isEmpty();
    assertThat(headers(answer.headers()))
        .containsEntry("retry-after", "21")
        .containsEntry("x-envoy-ratelimited", "true")
        .containsEntry("x-weft-flags", "RL");
  }

  @Test
  void asksNobodyWithoutADescriptor() {
    enforce(global("shop", true, Replies.PLAIN));
    assertThat(arrive(get("/")).verdict()).isInstanceOf(Verdict.Pass.class);
    assertThat(questions).isEmpty();
  }

  @Test
  void asksOneAfterTheOther() {
    Replies telling = new Replies(true, false);
    enforce(global("one", false, telling), global("two", false, telling));
    InboundCall call = arrive(get("/", "x-plan", "free"));
    Verdict first = call.verdict();
    assertThat(questions).hasSize(1);
    answers
        .get(0)
        .complete(
            new Answer(
                Code.OK,
                List.of(UNDER),
                List.of(Map.entry("x-counted", "1")),
                List.of(Map.entry("x-plan-left", "7")),
                new byte[0]));
    assertThat(questions).extracting(Question::domain).containsExactly("one", "two");
    Verdict second = after(first);
    answers.get(1).complete(Answer.of(Code.OK, OVER, UNDER));
    Verdict.Pass pass = (Verdict.Pass) after(second);
    assertThat(headers(pass.edits())).containsOnly(Map.entry("x-plan-left", "7"));
    assertThat(headers(call.responding(200, Headers.NONE)))
        .containsOnly(
            Map.entry("x-counted", "1"),
            Map.entry("x-ratelimit-limit", "3, 3;w=60, 10;w=1;name=\"per-user\""),
            Map.entry("x-ratelimit-remaining", "0"),
            Map.entry("x-ratelimit-reset", "20"));
  }

  @Test
  void doesNotCountElsewhereWhatIsRefusedHere() {
    enforce(local("none", 1, Replies.PLAIN), global("shop", false, Replies.PLAIN));
    arrive(get("/", "x-plan", "free")).verdict();
    assertThat(questions).hasSize(1);
    assertThat(refusal(arrive(get("/", "x-plan", "free")).verdict()).status()).isEqualTo(429);
    assertThat(questions).hasSize(1);
  }

  @Test
  void failsAsConfigured() {
    enforce(global("open", false, Replies.PLAIN));
    Verdict open = arrive(get("/", "x-plan", "free")).verdict();
    answers.get(0).complete(Answer.FAILED);
    assertThat(after(open)).isInstanceOf(Verdict.Pass.class);
    enforce(global("closed", true, Replies.PLAIN));
    InboundCall call = arrive(get("/", "x-plan", "free"));
    Verdict closed = call.verdict();
    answers.get(1).complete(Answer.FAILED);
    Step.Answer answer = refusal(after(closed));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).isEmpty();
    assertThat(headers(answer.headers())).containsEntry("x-weft-flags", "RLSE");
    call.finished(500, Completion.of(0));
    assertThat(mesh.recorder.only().flags()).isEqualTo("RLSE");
    assertThat(mesh.recorder.events)
        .containsExactly(
            Telemetry.Event.RATE_LIMIT_SERVICE_FAILED, Telemetry.Event.RATE_LIMIT_SERVICE_FAILED);
  }

  @Test
  void failsWhereThereIsNobodyToAsk() {
    RateLimit closed = global("closed", true, Replies.PLAIN);
    mesh.update(
        new Snapshot(
            Config.hosts("reviews"),
            Map.of(),
            Map.of(),
            null,
            null,
            List.of(closed),
            TcpTable.EMPTY,
            Authorization.NONE));
    assertThat(refusal(arrive(get("/", "x-plan", "free")).verdict()).status()).isEqualTo(500);
    mesh.update(
        new Snapshot(
            Config.hosts("reviews"),
            Map.of(),
            Map.of("limits", Config.cluster("limits")),
            null,
            null,
            List.of(closed),
            TcpTable.EMPTY,
            Authorization.NONE));
    assertThat(refusal(arrive(get("/", "x-plan", "free")).verdict()).status()).isEqualTo(500);
    assertThat(questions).isEmpty();
  }

  @Test
  void isOffOnceTheLimitIsGone() {
    enforce(local("all", 1, Replies.PLAIN));
    arrive(get("/")).verdict();
    assertThat(arrive(get("/")).verdict()).isInstanceOf(Verdict.Refuse.class);
    enforce();
    for (int i = 0; i < 10; i++) {
      assertThat(arrive(get("/")).verdict()).isInstanceOf(Verdict.Pass.class);
    }
  }
}
