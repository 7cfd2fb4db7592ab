package dev.weft.engine;

import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authz.Authorizer.Asked;
import dev.weft.engine.balance.Balancer;
import dev.weft.engine.config.ExternalAuthorization;
import dev.weft.engine.config.ExternalAuthorization.Protocol;
import dev.weft.engine.extauthz.AuthorizationService.Attributes;
import dev.weft.engine.extauthz.AuthorizationService.Decision;
import dev.weft.engine.extauthz.AuthorizationService.HttpReply;
import dev.weft.engine.extauthz.AuthorizationService.Mutation;
import dev.weft.engine.extauthz.AuthorizationService.To;
import dev.weft.engine.extauthz.Edited;
import dev.weft.engine.extauthz.HttpCheck;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks those who authorize requests for us, one after the other: whoever refuses is the last one.
 * Without an answer a request is refused, unless the provider is configured to be done without.
 */
final class AskProviders {

  /** Of all of them together: adapters wait no longer than 10 s for a verdict. */
  static final Duration LONGEST = Duration.ofSeconds(9);

  private static final int FORBIDDEN = 403;
  private static final int LOWEST_STATUS = 200;
  private static final int HIGHEST_STATUS = 599;

  private final Engine engine;
  private final Function<InboundExchange, Verdict> passed;

  /**
   * @param passed what becomes of a request that all of them let pass
   */
  AskProviders(Engine engine, Function<InboundExchange, Verdict> passed) {
    this.engine = engine;
    this.passed = passed;
  }

  Verdict verdict(InboundExchange call, List<Asked> providers) {
    return new Asking(call, providers).proceed();
  }

  /** One request, on its way past the providers. */
  private final class Asking {

    private final InboundExchange call;
    private final Deque<Asked> next;
    private final Edited request;
    private final List<Entry<String, String>> toResponse = new ArrayList<>();

    Asking(InboundExchange call, List<Asked> providers) {
      this.call = call;
      this.next = new ArrayDeque<>(providers);
      this.request = new Edited(call.head());
    }

    Verdict proceed() {
      while (!next.isEmpty()) {
        Asked asked = next.remove();
        CompletableFuture<Decision> decision = ask(asked.provider()).toCompletableFuture();
        if (!decision.isDone()) {
          return new Verdict.Later(decision.thenApply(it -> settled(asked, it)));
        }
        Verdict refusal = refusal(asked, decision.join());
        if (refusal != null) {
          return refusal;
        }
      }
      call.becomes(request);
      call.addToResponse(toResponse);
      return passed.apply(call);
    }

    private Verdict settled(Asked asked, Decision decision) {
      Verdict refusal = refusal(asked, decision);
      return refusal == null ? proceed() : refusal;
    }

    /** What the answer makes of the request; null: it goes on. */
    private @Nullable Verdict refusal(Asked asked, Decision decision) {
      if (decision instanceof Decision.Allowed allowed) {
        String problem = Edited.problem(allowed.headers(), allowed.remove());
        if (problem.isEmpty()) {
          request.apply(allowed.headers(), allowed.remove());
          toResponse.addAll(forResponse(allowed.response()));
          return null;
        }
        return failed(asked, problem);
      }
      if (decision instanceof Decision.Denied denied) {
        call.told(Audit.What.EXT_AUTHZ_DENIED, asked.policy());
        boolean isStatus = denied.status() >= LOWEST_STATUS && denied.status() <= HIGHEST_STATUS;
        return refuse(isStatus ? denied.status() : FORBIDDEN, denied.headers(), denied.body());
      }
      return failed(asked, ((Decision.Failed) decision).reason());
    }

    private @Nullable Verdict failed(Asked asked, String reason) {
      ExternalAuthorization provider = asked.provider();
      engine.telemetry.happened(Telemetry.Event.EXTERNAL_AUTHORIZATION_FAILED);
      engine.audit.failed(provider.cluster(), reason);
      if (provider.failOpen()) {
        return null;
      }
      call.told(Audit.What.EXT_AUTHZ_ERROR, asked.policy());
      return refuse(provider.statusOnError(), List.of(), new byte[0]);
    }

    private Verdict refuse(int status, List<Entry<String, String>> headers, byte[] body) {
      call.flag(ResponseFlag.UNAUTHORIZED_EXTERNAL_SERVICE);
      List<Entry<String, String>> told = headers.stream().filter(Edited::isHeader).toList();
      return new Verdict.Refuse(
          LocalReply.refusal(
              call,
              new LocalReply.Refusal(
                  status, body, ResponseFlag.UNAUTHORIZED_EXTERNAL_SERVICE, told, null)));
    }

    private CompletionStage<Decision> ask(ExternalAuthorization provider) {
      if (provider.wantsBody() && mayHaveBody()) {
        return done("it wants to see bodies, which are not known here");
      }
      Duration left = LONGEST.minusNanos(engine.clock.getAsLong() - call.startNanos());
      if (left.isNegative() || left.isZero()) {
        return done("the providers before it took all the time");
      }
      Duration timeout = left.compareTo(provider.timeout()) < 0 ? left : provider.timeout();
      Balancer balancer = engine.plan().balancers().get(provider.cluster());
      if (provider.protocol() instanceof Protocol.Http http) {
        HttpCheck check = new HttpCheck(http);
        RequestHead head = request.head();
        HttpCheck.Request sent =
            check.ask(head.method(), head.target(), head.authority(), request.joined());
        return new Callout<HttpReply>(
                new HttpReply.Failed("it has no endpoint"), HttpReply.Failed.class::isInstance)
            .over(
                balancer,
                engine.random,
                (address, host) -> engine.providers.send(new To(address, host, timeout), sent))
            .thenApply(check::read);
      }
      String authority = ((Protocol.Grpc) provider.protocol()).authority();
      return new Callout<Decision>(
              new Decision.Failed("it has no endpoint"), Decision.Failed.class::isInstance)
          .over(
              balancer,
              engine.random,
              (address, host) ->
                  engine.providers.check(
                      new To(address, authority.isEmpty() ? host : authority, timeout),
                      attributes()));
    }

    private CompletionStage<Decision> done(String reason) {
      return CompletableFuture.completedFuture(new Decision.Failed(reason));
    }

    /** Unless it is clear that there is none. */
    private boolean mayHaveBody() {
      Map<String, String> headers = request.joined();
      String length = headers.get("content-length");
      boolean isDeclared =
          (length != null && !length.equals("0")) || headers.containsKey("transfer-encoding");
      boolean isOfMethod =
          !call.head().method().equals("GET") && !call.head().method().equals("HEAD");
      return call.grpc() || isDeclared || (isOfMethod && length == null);
    }

    private Attributes attributes() {
      RequestHead head = request.head();
      Map<String, String> headers = request.joined();
      headers.put(":method", head.method());
      headers.put(":path", head.target());
      headers.put(":authority", head.authority());
      headers.put(":scheme", head.scheme());
      headers.remove("host"); // Envoy has one name for both
      return new Attributes(
          call.remote(),
          text(call.peerPrincipal()),
          call.local(),
          text(call.ownPrincipal()),
          head.method(),
          head.target(),
          head.authority(),
          head.scheme(),
          call.grpc() ? "HTTP/2" : "HTTP/1.1",
          headers,
          size(headers.get("content-length")));
    }
  }

  private static String text(@Nullable Object principal) {
    return principal == null ? "" : principal.toString();
  }

  private static long size(@Nullable String length) {
    try {
      return length == null ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return -1; // the server's business
    }
  }

  private static List<Entry<String, String>> forResponse(List<Mutation> mutations) {
    List<Entry<String, String>> added = new ArrayList<>();
    for (Mutation each : mutations) {
      Entry<String, String> header = Map.entry(each.name(), each.value());
      if (Edited.isHeader(header)) {
        added.add(header);
      }
    }
    return added;
  }
}
