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
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.config.ExternalAuthorization;
import dev.weft.engine.config.ExternalAuthorization.Protocol;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.config.Snapshot;
import dev.weft.engine.config.TcpTable;
import dev.weft.engine.extauthz.AuthorizationService;
import dev.weft.engine.extauthz.AuthorizationService.Decision.Allowed;
import dev.weft.engine.extauthz.AuthorizationService.Decision.Denied;
import dev.weft.engine.extauthz.AuthorizationService.Decision.Failed;
import dev.weft.engine.extauthz.AuthorizationService.Mutation.Kind;
import dev.weft.engine.extauthz.HttpCheck;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.ConnectionReport;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.Telemetry;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who is asked of a request, what of it, and what becomes of it then. */
class ExternalAuthorizationTest {

  private static final Peer PEER =
      new Peer(new InetSocketAddress("10.1.2.3", 4567), new InetSocketAddress("10.0.0.1", 8080));
  private static final Protocol GRPC = new Protocol.Grpc("");
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Asked asked = new Asked();
  private final List<String> audit = new ArrayList<>();
  private final TestMesh mesh =
      new TestMesh(
          settings -> settings, builder -> builder.providers(asked).audit(new Recording()));

  private final class Recording implements Audit {
    @Override
    public void told(What what, String policy, RequestReport request) {
      audit.add(what + " " + policy);
    }

    @Override
    public void told(What what, String policy, ConnectionReport connection) {
      throw new AssertionError("no connection is judged here");
    }

    @Override
    public void failed(String provider, String reason) {
      audit.add(provider + ": " + reason);
    }
  }

  /** Somebody whose answers are in the test's hand. */
  private static final class Asked implements AuthorizationService {
    final List<To> providers = new ArrayList<>();
    final List<Attributes> requests = new ArrayList<>();
    final List<CompletableFuture<Decision>> decisions = new ArrayList<>();
    final List<HttpCheck.Request> sent = new ArrayList<>();
    final List<CompletableFuture<HttpReply>> replies = new ArrayList<>();

    @Override
    public CompletionStage<Decision> check(To provider, Attributes request) {
      providers.add(provider);
      requests.add(request);
      decisions.add(new CompletableFuture<>());
      return decisions.get(decisions.size() - 1);
    }

    @Override
    public CompletionStage<HttpReply> send(To provider, HttpCheck.Request request) {
      providers.add(provider);
      sent.add(request);
      replies.add(new CompletableFuture<>());
      return replies.get(replies.size() - 1);
    }
  }

  private static List<StringMatch> names(String... names) {
    return Stream.of(names)
        .map(
            name ->
                name.endsWith("*")
                    ? (StringMatch)
                        new StringMatch.Prefix(name.substring(0, name.length() - 1), true)
                    : new StringMatch.Exact(name, true))
        .toList();
  }

  private static Rules rules(Action action, String name, String prefix) {
    return new Rules(
        action,
        List.of(
            new Policy(
                name,
                List.of(new Condition.Path(new StringMatch.Prefix(prefix, false))),
                List.of(new Condition.Any()))));
  }

  private static ExternalAuthorization provider(String cluster, Protocol protocol) {
    return new ExternalAuthorization(
        rules(Action.DENY, "of-" + cluster, "/admin"),
        cluster,
        protocol,
        TIMEOUT,
        false,
        403,
        false);
  }

  private static ExternalAuthorization open(ExternalAuthorization closed) {
    return new ExternalAuthorization(
        closed.rules(), closed.cluster(), closed.protocol(), closed.timeout(), true, 403, false);
  }

  private void enforce(List<Filter> filters, ExternalAuthorization... providers) {
    mesh.update(
        new Snapshot(
            Config.hosts("reviews"),
            Map.of(),
            Map.of(
                "opa", Config.cluster("opa", Config.endpoint(9)),
                "proxy", Config.cluster("proxy", Config.endpoint(8))),
            null,
            null,
            List.of(),
            TcpTable.EMPTY,
            new Authorization(List.of(providers), List.of(), filters)));
  }

  private InboundCall arrive(RequestHead head) {
    return mesh.engine.inbound(PEER, head);
  }

  private static Verdict after(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Later.class);
    CompletableFuture<Verdict> later = ((Verdict.Later) verdict).verdict().toCompletableFuture();
    assertThat(later).isDone();
    return later.join();
  }

  private static Step.Answer refusal(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refuse.class);
    return ((Verdict.Refuse) verdict).answer();
  }

  private static List<Entry<String, String>> headers(HeaderEdits edits, String... before) {
    List<Entry<String, String>> pairs = new ArrayList<>();
    for (int i = 0; i < before.length; i += 2) {
      pairs.add(Map.entry(before[i], before[i + 1]));
    }
    edits.apply(HeaderEdits.of(pairs));
    return pairs;
  }

  private static Allowed allowed(AuthorizationService.Mutation... mutations) {
    return new Allowed(List.of(mutations), List.of(), List.of());
  }

  private static AuthorizationService.Mutation mutation(Kind kind, String name, String value) {
    return new AuthorizationService.Mutation(kind, name, value);
  }

  @Test
  void asksOfWhatMatchesAlone() {
    enforce(List.of(), provider("opa", GRPC));
    assertThat(arrive(get("/public")).verdict()).isInstanceOf(Verdict.Pass.class);
    Verdict verdict =
        arrive(get("/admin?a=b", "X-User", "a", "x-user", "b", "x-forwarded-client-cert", "By=me"))
            .verdict();
    AuthorizationService.Attributes request = asked.requests.get(0);
    assertThat(asked.requests).hasSize(1);
    assertThat(asked.providers.get(0).address()).isEqualTo(Config.address(9));
    assertThat(asked.providers.get(0).timeout()).isEqualTo(TIMEOUT);
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.path()).isEqualTo("/admin?a=b");
    assertThat(request.host()).isEqualTo(Config.REVIEWS);
    assertThat(request.source()).isEqualTo(PEER.remote());
    assertThat(request.destination()).isEqualTo(PEER.local());
    assertThat(request.headers())
        .containsOnly(
            Map.entry("x-user", "a,b"),
            Map.entry(":method", "GET"),
            Map.entry(":path", "/admin?a=b"),
            Map.entry(":authority", Config.REVIEWS),
            Map.entry(":scheme", "http"));
    asked.decisions.get(0).complete(allowed());
    assertThat(after(verdict)).isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void asksOnceOnAnyReading() {
    enforce(List.of(), provider("opa", GRPC));
    for (String path : List.of("/x/../admin", "//admin", "/admin;x/y", "/%61dmin")) {
      assertThat(arrive(get(path)).verdict()).as(path).isInstanceOf(Verdict.Later.class);
    }
    assertThat(refusal(arrive(get("/a#b")).verdict()).status()).isEqualTo(400);
    assertThat(asked.requests).hasSize(4);
  }

  @Test
  void answersWhatTheProviderAnswers() {
    enforce(List.of(), provider("opa", GRPC));
    InboundCall call = arrive(get("/admin"));
    Verdict verdict = call.verdict();
    asked
        .decisions
        .get(0)
        .complete(
            new Denied(
                302,
                List.of(
                    Map.entry("location", "/login"),
                    Map.entry("set-cookie", "a=1"),
                    Map.entry("set-cookie", "b=2"),
                    Map.entry("x-broken", "a\r\nb: c"),
                    Map.entry("content-length", "999")),
                "no".getBytes(StandardCharsets.UTF_8)));
    Step.Answer answer = refusal(after(verdict));
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.body()).asString(StandardCharsets.UTF_8).isEqualTo("no");
    assertThat(headers(answer.headers()))
        .contains(
            Map.entry("location", "/login"),
            Map.entry("set-cookie", "a=1"),
            Map.entry("set-cookie", "b=2"),
            Map.entry("content-length", "2"),
            Map.entry("x-weft-flags", "UAEX"))
        .noneMatch(header -> header.getKey().equals("x-broken"));
    assertThat(audit).containsExactly("EXT_AUTHZ_DENIED of-opa");
    call.finished(302, Completion.of(2));
    assertThat(mesh.recorder.only().flags()).isEqualTo("UAEX");
  }

  @Test
  void endsGrpcCallsWithAStatus() {
    ExternalAuthorization all =
        new ExternalAuthorization(
            rules(Action.DENY, "all", "/"), "opa", GRPC, TIMEOUT, false, 503, false);
    enforce(List.of(), all);
    Verdict verdict = arrive(TestMesh.grpc()).verdict();
    assertThat(asked.requests.get(0).protocol()).isEqualTo("HTTP/2");
    asked
        .decisions
        .get(0)
        .complete(new Denied(401, List.of(), "who?".getBytes(StandardCharsets.UTF_8)));
    assertThat(headers(refusal(after(verdict)).headers()))
        .contains(Map.entry("grpc-status", "16"), Map.entry("grpc-message", "who?"));
    verdict = arrive(TestMesh.grpc()).verdict();
    asked.decisions.get(1).complete(new Failed("down"));
    assertThat(headers(refusal(after(verdict)).headers())).contains(Map.entry("grpc-status", "14"));
  }

  @Test
  void refusesWithoutAnAnswerUnlessItIsToBeOpen() {
    enforce(
        List.of(),
        new ExternalAuthorization(
            rules(Action.DENY, "p", "/admin"), "opa", GRPC, TIMEOUT, false, 418, false));
    Verdict verdict = arrive(get("/admin")).verdict();
    asked.decisions.get(0).complete(new Failed("down"));
    Step.Answer answer = refusal(after(verdict));
    assertThat(answer.status()).isEqualTo(418);
    assertThat(answer.body()).isEmpty();
    assertThat(headers(answer.headers())).contains(Map.entry("x-weft-flags", "UAEX"));
    assertThat(audit).containsExactly("opa: down", "EXT_AUTHZ_ERROR p");
    enforce(List.of(), open(provider("opa", GRPC)));
    verdict = arrive(get("/admin")).verdict();
    asked.decisions.get(1).complete(new Failed("down"));
    assertThat(after(verdict)).isInstanceOf(Verdict.Pass.class);
    assertThat(mesh.recorder.events)
        .containsExactly(
            Telemetry.Event.EXTERNAL_AUTHORIZATION_FAILED,
            Telemetry.Event.EXTERNAL_AUTHORIZATION_FAILED);
  }

  @Test
  void refusesWhereTheProviderIsNotKnown() {
    enforce(List.of(), provider("gone", GRPC));
    assertThat(refusal(arrive(get("/admin")).verdict()).status()).isEqualTo(403);
    assertThat(asked.requests).isEmpty();
  }

  @Test
  void asksOneAfterTheOtherWithWhatIsLeftOfTheTime() {
    enforce(List.of(), provider("opa", GRPC), provider("proxy", GRPC));
    Verdict verdict = arrive(get("/admin")).verdict();
    assertThat(asked.requests).hasSize(1);
    mesh.time.advance(Duration.ofSeconds(6));
    asked.decisions.get(0).complete(allowed(mutation(Kind.SET, "x-first", "yes")));
    assertThat(asked.requests).hasSize(2);
    assertThat(asked.providers.get(1).timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(asked.requests.get(1).headers()).containsEntry("x-first", "yes");
    Verdict second = ((Verdict.Later) after(verdict));
    asked.decisions.get(1).complete(new Denied(403, List.of(), new byte[0]));
    assertThat(refusal(after(second)).status()).isEqualTo(403);
    assertThat(audit).containsExactly("EXT_AUTHZ_DENIED of-proxy");
  }

  /** Which is how a proxy that logs people in hands a token over. */
  @Test
  void decidesByTheRequestThatProvidersMakeOfIt() {
    Condition isAlice =
        new Condition.Header(
            new HeaderMatch("x-user", new StringMatch.Exact("alice", false), false, false));
    Filter alice =
        new Filter(
            new Rules(
                Action.ALLOW,
                List.of(new Policy("alice", List.of(isAlice), List.of(new Condition.Any())))),
            null);
    enforce(List.of(alice), provider("opa", GRPC));
    String[] sent = {"x-user", "alice", "x-gone", "1", "x-list", "a"};
    Verdict verdict = arrive(get("/admin", sent)).verdict();
    asked.decisions.get(0).complete(allowed(mutation(Kind.SET, "X-User", "bob")));
    assertThat(refusal(after(verdict)).status()).as("the caller's word is replaced").isEqualTo(403);
    verdict = arrive(get("/admin", sent)).verdict();
    asked
        .decisions
        .get(1)
        .complete(
            new Allowed(
                List.of(
                    mutation(Kind.SET, "x-user", "alice"),
                    mutation(Kind.APPEND_IF_PRESENT, "x-list", "b"),
                    mutation(Kind.APPEND_IF_PRESENT, "x-other", "b"),
                    mutation(Kind.ADD_IF_ABSENT, "x-list", "c"),
                    mutation(Kind.OVERWRITE_IF_PRESENT, "x-new", "d"),
                    mutation(Kind.ADD, "content-length", "7")),
                List.of("x-gone", "host", ":path"),
                List.of(mutation(Kind.ADD, "set-cookie", "c=3"))));
    Verdict passed = after(verdict);
    assertThat(passed).isInstanceOf(Verdict.Pass.class);
    assertThat(headers(((Verdict.Pass) passed).edits(), sent))
        .containsExactlyInAnyOrder(
            Map.entry("x-user", "alice"), Map.entry("x-list", "a"), Map.entry("x-list", "b"));
  }

  @Test
  void addsToTheResponseOfTheApplication() {
    enforce(List.of(), provider("opa", GRPC));
    InboundCall call = arrive(get("/admin"));
    Verdict verdict = call.verdict();
    asked
        .decisions
        .get(0)
        .complete(
            new Allowed(
                List.of(),
                List.of(),
                List.of(mutation(Kind.ADD, "set-cookie", "c=3"), mutation(Kind.ADD, "x", "a\nb"))));
    assertThat(after(verdict)).isInstanceOf(Verdict.Pass.class);
    assertThat(headers(call.responding(200, Headers.NONE)))
        .containsExactly(Map.entry("set-cookie", "c=3"));
  }

  @Test
  void whatCannotBeDoneIsNoAnswer() {
    enforce(List.of(), provider("opa", GRPC));
    List<Allowed> impossible =
        List.of(
            allowed(mutation(Kind.SET, ":path", "/other")),
            allowed(mutation(Kind.SET, "Host", "other")),
            allowed(mutation(Kind.SET, "x y", "z")),
            allowed(mutation(Kind.SET, "x", "y\r\nz: 1")));
    for (Allowed each : impossible) {
      Verdict verdict = arrive(get("/admin")).verdict();
      asked.decisions.get(asked.decisions.size() - 1).complete(each);
      assertThat(refusal(after(verdict)).status()).as("%s", each).isEqualTo(403);
    }
  }

  @Test
  void doesNotAskAboutBodiesThatItCannotShow() {
    enforce(
        List.of(),
        new ExternalAuthorization(
            rules(Action.DENY, "p", "/"), "opa", GRPC, TIMEOUT, false, 403, true));
    assertThat(arrive(get("/")).verdict()).isInstanceOf(Verdict.Later.class);
    assertThat(arrive(get("/", "content-length", "0")).verdict()).isInstanceOf(Verdict.Later.class);
    assertThat(asked.requests).hasSize(2);
    assertThat(refusal(arrive(get("/", "content-length", "1")).verdict()).status()).isEqualTo(403);
    assertThat(refusal(arrive(get("/", "transfer-encoding", "chunked")).verdict()).status())
        .isEqualTo(403);
    assertThat(refusal(arrive(TestMesh.grpc()).verdict()).status()).isEqualTo(200); // of gRPC
    RequestHead post = new RequestHead("test", "POST", "http", Config.REVIEWS, "/", Headers.NONE);
    assertThat(refusal(arrive(post).verdict()).status()).isEqualTo(403);
    assertThat(asked.requests).hasSize(2);
  }

  private static final Protocol HTTP =
      new Protocol.Http(
          "/check",
          names("cookie", "x-ext-*"),
          List.of(Map.entry("X-Ext-Authz", "weft")),
          names("x-user"),
          names("x-reason"),
          names("set-cookie"));

  @Test
  void asksOverHttpWithWhatTheProviderMaySee() {
    enforce(List.of(), provider("proxy", HTTP));
    Verdict verdict =
        arrive(
                get(
                    "/admin/a%20b?c=d",
                    "Authorization",
                    "Bearer t",
                    "cookie",
                    "a=1",
                    "cookie",
                    "b=2",
                    "x-ext-a",
                    "1",
                    "x-ext-authz",
                    "spoofed",
                    "x-secret",
                    "s",
                    "content-length",
                    "5"))
            .verdict();
    HttpCheck.Request sent = asked.sent.get(0);
    assertThat(sent.method()).isEqualTo("GET");
    assertThat(sent.target()).isEqualTo("/check/admin/a%20b?c=d");
    assertThat(sent.host()).isEqualTo(Config.REVIEWS);
    assertThat(sent.headers())
        .containsExactlyInAnyOrder(
            Map.entry("authorization", "Bearer t"),
            Map.entry("cookie", "a=1; b=2"),
            Map.entry("x-ext-a", "1"),
            Map.entry("x-ext-authz", "weft"));
    reply(200, "x-user", "alice", "x-other", "1");
    assertThat(headers(((Verdict.Pass) after(verdict)).edits(), "x-user", "eve", "x-other", "2"))
        .containsExactlyInAnyOrder(Map.entry("x-user", "alice"), Map.entry("x-other", "2"));
  }

  /** With headers as names and values. */
  private void reply(int status, String... headers) {
    asked
        .replies
        .get(asked.replies.size() - 1)
        .complete(
            new AuthorizationService.HttpReply.Response(
                status,
                headers(HeaderEdits.NONE, headers),
                "body".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void readsWhatAProviderAnswersOverHttp() {
    enforce(List.of(), provider("proxy", HTTP));
    InboundCall call = arrive(get("/admin"));
    Verdict verdict = call.verdict();
    reply(200, "Set-Cookie", "c=3", "X-Envoy-Auth-Headers-To-Remove", "x-a, x-b");
    assertThat(headers(((Verdict.Pass) after(verdict)).edits(), "x-a", "1", "x-b", "2", "x-c", "3"))
        .containsExactly(Map.entry("x-c", "3"));
    assertThat(headers(call.responding(200, Headers.NONE)))
        .containsExactly(Map.entry("set-cookie", "c=3"));
    verdict = arrive(get("/admin")).verdict();
    reply(
        302, "location", "/login", "x-reason", "r", "x-inner", "i", "transfer-encoding", "chunked");
    Step.Answer answer = refusal(after(verdict));
    assertThat(answer.status()).isEqualTo(302);
    assertThat(headers(answer.headers()))
        .contains(Map.entry("location", "/login"), Map.entry("x-reason", "r"))
        .noneMatch(header -> List.of("x-inner", "transfer-encoding").contains(header.getKey()));
    verdict = arrive(get("/admin")).verdict();
    reply(500, "x-reason", "r");
    answer = refusal(after(verdict));
    assertThat(answer.status()).as("a fault is no answer").isEqualTo(403);
    assertThat(headers(answer.headers())).noneMatch(header -> header.getKey().equals("x-reason"));
    verdict = arrive(get("/admin")).verdict();
    reply(204);
    assertThat(refusal(after(verdict)).status()).as("only 200 lets in").isEqualTo(204);
  }
}
