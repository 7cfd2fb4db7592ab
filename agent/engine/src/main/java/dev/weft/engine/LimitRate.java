package dev.weft.engine;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.InboundCall.Verdict;
import dev.weft.engine.balance.Balancer;
import dev.weft.engine.config.RateLimit;
import dev.weft.engine.limit.Arriving;
import dev.weft.engine.limit.GlobalLimiter;
import dev.weft.engine.limit.Limits;
import dev.weft.engine.limit.LocalLimiter;
import dev.weft.engine.limit.Quota;
import dev.weft.engine.limit.RateLimitService.Answer;
import dev.weft.engine.limit.RateLimitService.Code;
import dev.weft.engine.limit.RateLimitService.Question;
import dev.weft.engine.limit.RateLimitService.Standing;
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
 * Admits requests that stay within every limit, and answers others as Envoy's filters do. Services
 * are asked one after the other: what one refuses, the next does not count.
 */
final class LimitRate {

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int INTERNAL_ERROR = 500;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final byte[] LOCALLY = LocalReply.bytes("local_rate_limited");

  private final Engine engine;
  private final Function<InboundExchange, Verdict.Pass> pass;

  /**
   * @param pass what becomes of a request that stays within the limits
   */
  LimitRate(Engine engine, Function<InboundExchange, Verdict.Pass> pass) {
    this.engine = engine;
    this.pass = pass;
  }

  Verdict verdict(InboundExchange call, Plan plan, Limits limits) {
    Arriving request = new Arriving(call.head(), call.remote(), call.peerPrincipal());
    Quota quota = null;
    for (LocalLimiter limiter : limits.local()) {
      LocalLimiter.Result result = limiter.take(request);
      if (result != null && !result.taken()) {
        return refuse(call, limiter.replies(), result.quota());
      }
      quota = Quota.tighter(quota, result == null ? null : result.quota());
    }
    Admitting admitting = new Admitting(call, quota);
    // All of them now: the server may reuse the headers once we have begun to wait.
    for (GlobalLimiter limiter : limits.global()) {
      List<List<RateLimit.Entry>> descriptors = limiter.descriptors(request);
      if (!descriptors.isEmpty()) {
        admitting.questions.add(
            new Asked(
                limiter.config(), plan.balancers().get(limiter.config().cluster()), descriptors));
      }
    }
    return admitting.proceed();
  }

  private static Verdict refuse(
      InboundExchange call, RateLimit.Replies replies, @Nullable Quota quota) {
    List<Entry<String, String>> headers = new ArrayList<>();
    if (quota != null) {
      headers.add(retryAfter(quota.reset()));
      if (replies.rateLimitHeaders()) {
        headers.addAll(quota.headers());
      }
    }
    return refuse(call, replies, LOCALLY, headers);
  }

  private static Verdict refuse(
      InboundExchange call,
      RateLimit.Replies replies,
      byte[] body,
      List<Entry<String, String>> headers) {
    call.flag(ResponseFlag.RATE_LIMITED);
    return new Verdict.Refuse(
        LocalReply.refusal(
            call,
            new LocalReply.Refusal(
                TOO_MANY_REQUESTS,
                body,
                ResponseFlag.RATE_LIMITED,
                headers,
                replies.resourceExhausted() ? RESOURCE_EXHAUSTED : null)));
  }

  private static Entry<String, String> retryAfter(long seconds) {
    return Map.entry("retry-after", Long.toString(Math.max(1, seconds)));
  }

  /**
   * A question to be asked.
   *
   * @param balancer null: the service's cluster does not exist
   */
  private record Asked(
      RateLimit.Global limit,
      @Nullable Balancer balancer,
      List<List<RateLimit.Entry>> descriptors) {}

  /** One request, on its way past the services. */
  private final class Admitting {

    private final InboundExchange call;
    private final Deque<Asked> questions = new ArrayDeque<>();
    private final List<Entry<String, String>> toRequest = new ArrayList<>();
    private final List<Entry<String, String>> toResponse = new ArrayList<>();
    private @Nullable Quota quota;

    Admitting(InboundExchange call, @Nullable Quota quota) {
      this.call = call;
      this.quota = quota;
    }

    Verdict proceed() {
      while (!questions.isEmpty()) {
        Asked next = questions.remove();
        CompletableFuture<Answer> answer = ask(next).toCompletableFuture();
        if (!answer.isDone()) {
          return new Verdict.Later(answer.thenApply(it -> settled(next.limit, it)));
        }
        Verdict refusal = refusal(next.limit, answer.join());
        if (refusal != null) {
          return refusal;
        }
      }
      return passed();
    }

    private Verdict settled(RateLimit.Global limit, Answer answer) {
      Verdict refusal = refusal(limit, answer);
      return refusal == null ? proceed() : refusal;
    }

    private Verdict passed() {
      if (quota != null) {
        toResponse.addAll(quota.headers());
      }
      call.addToResponse(toResponse);
      Verdict.Pass passed = pass.apply(call);
      HeaderEdits edits = passed.edits();
      return toRequest.isEmpty()
          ? passed
          : new Verdict.Pass(
              new HeaderEdits(edits.remove(), edits.set(), with(edits.add(), toRequest)));
    }

    private static List<Entry<String, String>> with(
        List<Entry<String, String>> some, List<Entry<String, String>> more) {
      List<Entry<String, String>> all = new ArrayList<>(some);
      all.addAll(more);
      return all;
    }

    /** What the answer makes of the request; null: it goes on. */
    private @Nullable Verdict refusal(RateLimit.Global limit, Answer answer) {
      Quota told = limit.replies().rateLimitHeaders() ? Quota.of(answer.standings()) : null;
      switch (answer.code()) {
        case OVER_LIMIT -> {
          return refuse(call, limit.replies(), answer.body(), overLimit(answer, told));
        }
        case FAILED -> {
          engine.telemetry.happened(Telemetry.Event.RATE_LIMIT_SERVICE_FAILED);
          return limit.failureModeDeny() ? failed() : null;
        }
        case OK -> {
          quota = Quota.tighter(quota, told);
          toRequest.addAll(answer.requestHeaders());
          toResponse.addAll(answer.responseHeaders());
        }
      }
      return null;
    }

    private List<Entry<String, String>> overLimit(Answer answer, @Nullable Quota told) {
      List<Entry<String, String>> headers = new ArrayList<>();
      Duration wait = Duration.ZERO;
      for (Standing each : answer.standings()) {
        wait = each.over() && each.reset().compareTo(wait) > 0 ? each.reset() : wait;
      }
      if (!wait.isZero()) {
        headers.add(retryAfter(wait.plusNanos(999_999_999).toSeconds()));
      }
      headers.add(Map.entry("x-envoy-ratelimited", "true"));
      if (told != null) {
        headers.addAll(told.headers());
      }
      for (Entry<String, String> own : answer.responseHeaders()) {
        headers.removeIf(header -> header.getKey().equalsIgnoreCase(own.getKey()));
      }
      headers.addAll(answer.responseHeaders());
      return headers;
    }

    private Verdict failed() {
      call.flag(ResponseFlag.RATE_LIMIT_SERVICE_ERROR);
      return new Verdict.Refuse(
          LocalReply.refusal(
              call,
              new LocalReply.Refusal(
                  INTERNAL_ERROR,
                  new byte[0],
                  ResponseFlag.RATE_LIMIT_SERVICE_ERROR,
                  List.of(),
                  null)));
    }

    private CompletionStage<Answer> ask(Asked asked) {
      return new Callout<>(Answer.FAILED, (Answer answer) -> answer.code() == Code.FAILED)
          .over(
              asked.balancer,
              engine.random,
              (address, authority) ->
                  engine.rateLimits.ask(
                      new Question(
                          address,
                          authority,
                          asked.limit.domain(),
                          asked.descriptors,
                          asked.limit.timeout())));
    }
  }
}
