package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.Mesh;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authn.TokenStatus;
import dev.weft.engine.authz.Arrived;
import dev.weft.engine.authz.Authorizer;
import dev.weft.engine.authz.Decision;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.B3;
import dev.weft.engine.telemetry.PeerMetadata;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.SpanContext;
import dev.weft.engine.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Who is let in, and what the application and the caller get to see of it. */
final class InboundAdmission {

  private static final Verdict.Pass PASS = new Verdict.Pass(HeaderEdits.NONE);

  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int LONGEST_REALM = 256;
  private static final Entry<String, String> CLOSE = Map.entry("connection", "close");

  private final Engine engine;
  private final HeaderEdits introduce;
  private final HeaderEdits introduceAndClose;
  private final HeaderEdits close = HeaderEdits.setting(List.of(CLOSE));
  private final LimitRate limiting;
  private final AskProviders asking;

  InboundAdmission(Engine engine) {
    this.engine = engine;
    this.limiting = new LimitRate(engine, this::pass);
    this.asking = new AskProviders(engine, this::judgedAnew);
    Entry<String, String> metadata =
        Map.entry(PeerMetadata.HEADER, PeerMetadata.encode(engine.settings.local()));
    Entry<String, String> id = Map.entry(PeerMetadata.ID_HEADER, engine.settings.local().node());
    this.introduce = HeaderEdits.setting(List.of(metadata, id));
    this.introduceAndClose = HeaderEdits.setting(List.of(metadata, id, CLOSE));
  }

  Verdict verdict(InboundExchange call) {
    if (call.isProbe()) {
      return pass(call); // before anything is known, too: an orchestrator ends who seems dead
    }
    if (engine.settings.failMode() == FailMode.OPEN || engine.isConfigured()) {
      return secured(call);
    }
    long left = engine.startDeadline() - engine.clock.getAsLong();
    return left <= 0 ? refuse() : later(call, Duration.ofNanos(left));
  }

  /** Passes what the policy of this moment allows on the request's connection. */
  private Verdict secured(InboundExchange call) {
    List<String> unused = call.unbelieved(); // from here on nobody reads it
    String reason = call.forbidden();
    return reason == null ? authorized(call) : forbid(call, reason);
  }

  private Verdict authorized(InboundExchange call) {
    Authorizer authorizer = engine.plan().authorizer();
    if (authorizer == null || authorizer.admitsEverything()) {
      return limited(call); // unknown, it lets in only where the operator wants that
    }
    Arrived request = call.arrived();
    List<Authorizer.Asked> asked = authorizer.asked(request);
    return asked.isEmpty() ? judged(call, authorizer, request) : asking.verdict(call, asked);
  }

  /** As others have left it who were asked, by the policies of then: time has passed. */
  private Verdict judgedAnew(InboundExchange call) {
    Authorizer authorizer = engine.plan().authorizer();
    return authorizer == null ? limited(call) : judged(call, authorizer, call.arrived());
  }

  private Verdict judged(InboundExchange call, Authorizer authorizer, Arrived request) {
    Decision decision = authorizer.decide(request, call);
    call.edit(request.edits());
    return switch (decision.kind()) {
      case PASS -> limited(call);
      case UNCLEAR -> refuse(call, BAD_REQUEST, "mesh: the path can be read in several ways");
      case UNAUTHENTICATED -> unauthenticated(call, decision.token());
      case REFUSE -> {
        call.told(Audit.What.DENIED, decision.policy());
        yield refuse(call, FORBIDDEN, "RBAC: access denied");
      }
    };
  }

  private static Verdict unauthenticated(InboundExchange call, @Nullable TokenStatus why) {
    TokenStatus status = why == null ? TokenStatus.FORMAT : why;
    call.told(Audit.What.UNAUTHENTICATED, status.details());
    return new Verdict.Refuse(
        LocalReply.refusal(
            call,
            new LocalReply.Refusal(
                status.http(),
                LocalReply.bytes(status.text()),
                null,
                List.of(Map.entry("www-authenticate", challenge(call.head()))),
                null)));
  }

  /**
   * RFC 6750, 3. The realm is the request's URL, as in Envoy, but for its query: a secret there.
   */
  private static String challenge(RequestHead head) {
    StringBuilder realm = new StringBuilder();
    String url = head.scheme() + "://" + head.authority() + head.path();
    for (int i = 0; i < Math.min(url.length(), LONGEST_REALM); i++) {
      char c = url.charAt(i);
      if (c > ' ' && c < 0x7f && c != '"' && c != '\\') {
        realm.append(c);
      }
    }
    return "Bearer realm=\"" + realm + "\", error=\"invalid_token\"";
  }

  // As Envoy's filter, which has no flag for it.
  private static Verdict refuse(InboundExchange call, int status, String body) {
    return new Verdict.Refuse(
        LocalReply.refusal(
            call, new LocalReply.Refusal(status, LocalReply.bytes(body), null, List.of(), null)));
  }

  // After who it is, so that nobody can use up what another may have.
  private Verdict limited(InboundExchange call) {
    Plan plan = engine.plan();
    return plan.limits() == null ? pass(call) : limiting.verdict(call, plan, plan.limits());
  }

  // As Envoy flags a connection that fits none of a listener's filter chains.
  private Verdict forbid(InboundExchange call, String reason) {
    call.flag(ResponseFlag.NO_ROUTE);
    String body = "mesh: " + reason;
    int flags = ResponseFlag.NO_ROUTE.bit();
    return new Verdict.Refuse(
        call.grpc() ? LocalReply.plain(403, body, flags) : LocalReply.closing(403, body, flags));
  }

  private Verdict.Pass pass(InboundExchange call) {
    SpanContext span = call.span();
    HeaderEdits own = call.edits();
    List<String> remove = call.unbelieved();
    List<Entry<String, String>> add = own.add();
    SpiffeId peer = engine.settings.setsClientCert() ? call.peerPrincipal() : null;
    if (peer != null) {
      add = new ArrayList<>(add);
      add.add(
          Map.entry(ForwardedClientCert.NAME, ForwardedClientCert.of(call.ownPrincipal(), peer)));
    }
    if (span == null && remove.isEmpty() && own.isEmpty() && add.isEmpty()) {
      return PASS;
    }
    if (!own.isEmpty()) {
      remove = new ArrayList<>(remove);
      remove.addAll(own.remove());
    }
    return new Verdict.Pass(new HeaderEdits(remove, trace(call, span), add));
  }

  /** A tracer of the application goes on below our span. */
  private static List<Entry<String, String>> trace(
      InboundExchange call, @Nullable SpanContext span) {
    if (span == null) {
      return List.of();
    }
    List<Entry<String, String>> set = List.of(Map.entry("traceparent", span.traceparent()));
    if (call.b3() != B3.ABSENT) {
      set = new ArrayList<>(set);
      set.addAll(call.b3().write(span));
    }
    return set;
  }

  private Verdict refuse() {
    engine.telemetry.happened(Telemetry.Event.FAILED_CLOSED);
    return new Verdict.Refuse(LocalReply.plain(503, "mesh: no configuration was received"));
  }

  private Verdict later(InboundExchange call, Duration patience) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    Mesh.Cancel timer = engine.after(patience, () -> verdict.complete(refuse()));
    engine
        .source
        .ready()
        .whenComplete(
            (ready, failure) -> {
              timer.cancel();
              verdict.complete(engine.isConfigured() ? secured(call) : refuse());
            });
    return new Verdict.Later(verdict);
  }

  HeaderEdits responding(InboundExchange call) {
    // HTTP/2, and so gRPC, has no such header: its server says goodbye by itself.
    boolean closes = engine.isDraining() && !call.grpc();
    List<Entry<String, String>> added = call.addedToResponse();
    HeaderEdits own = closes ? close : HeaderEdits.NONE;
    if (call.wantsMetadata()) {
      own = closes ? introduceAndClose : introduce;
    }
    return added.isEmpty() ? own : new HeaderEdits(own.remove(), own.set(), added);
  }
}
