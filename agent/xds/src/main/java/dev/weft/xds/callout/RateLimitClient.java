package dev.weft.xds.callout;

import dev.weft.engine.config.RateLimit.Entry;
import dev.weft.engine.limit.RateLimitService;
import dev.weft.xds.proto.Duration;
import dev.weft.xds.proto.HeaderValue;
import dev.weft.xds.proto.RateLimitDescriptor;
import dev.weft.xds.proto.RateLimitDescriptorEntry;
import dev.weft.xds.proto.RateLimitRequest;
import dev.weft.xds.proto.RateLimitResponse;
import dev.weft.xds.proto.RateLimitResponseCode;
import dev.weft.xds.proto.RateLimitResponseDescriptorStatus;
import dev.weft.xds.proto.RateLimitResponseRateLimit;
import dev.weft.xds.proto.RateLimitResponseRateLimitUnit;
import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Speaks {@code envoy.service.ratelimit.v3.RateLimitService}. */
public final class RateLimitClient implements RateLimitService {

  private static final String METHOD =
      "envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit";

  private final Callouts callouts;

  public RateLimitClient(Callouts callouts) {
    this.callouts = callouts;
  }

  @Override
  public CompletionStage<Answer> ask(Question question) {
    return callouts
        .call(
            new Callouts.Target(question.address(), question.authority()),
            METHOD,
            encode(question),
            question.timeout())
        .thenApply(
            reply ->
                reply instanceof Callouts.Reply.Message message
                    ? decode(message.bytes())
                    : Answer.FAILED);
  }

  static byte[] encode(Question question) {
    List<RateLimitDescriptor> descriptors = new ArrayList<>(question.descriptors().size());
    for (List<Entry> entries : question.descriptors()) {
      List<RateLimitDescriptorEntry> encoded = new ArrayList<>(entries.size());
      for (Entry entry : entries) {
        encoded.add(new RateLimitDescriptorEntry().key(entry.key()).value(entry.value()));
      }
      descriptors.add(new RateLimitDescriptor().entries(encoded));
    }
    return new RateLimitRequest().domain(question.domain()).descriptors(descriptors).toByteArray();
  }

  static Answer decode(byte[] bytes) {
    RateLimitResponse response;
    try {
      response = RateLimitResponse.parse(new WireReader(bytes, IgnoredFields.UNHEARD));
    } catch (InvalidMessageException e) {
      return Answer.FAILED; // as whoever does not answer at all
    }
    Code code =
        switch (response.overallCode()) {
          case RateLimitResponseCode.OK -> Code.OK;
          case RateLimitResponseCode.OVER_LIMIT -> Code.OVER_LIMIT;
          default -> Code.FAILED;
        };
    List<Standing> standings = new ArrayList<>(response.statuses().size());
    for (RateLimitResponseDescriptorStatus each : response.statuses()) {
      standings.add(
          new Standing(
              each.code() == RateLimitResponseCode.OVER_LIMIT,
              limit(each.currentLimit()),
              each.limitRemaining(),
              duration(each.durationUntilReset())));
    }
    return new Answer(
        code,
        standings,
        headers(response.responseHeadersToAdd()),
        headers(response.requestHeadersToAdd()),
        response.rawBody());
  }

  private static @Nullable Limit limit(@Nullable RateLimitResponseRateLimit limit) {
    return limit == null
        ? null
        : new Limit(
            limit.name(),
            limit.requestsPerUnit(),
            java.time.Duration.ofSeconds(seconds(limit.unit())));
  }

  private static long seconds(int unit) {
    long day = 24 * 60 * 60;
    return switch (unit) {
      case RateLimitResponseRateLimitUnit.SECOND -> 1;
      case RateLimitResponseRateLimitUnit.MINUTE -> 60;
      case RateLimitResponseRateLimitUnit.HOUR -> 60 * 60;
      case RateLimitResponseRateLimitUnit.DAY -> day;
      case RateLimitResponseRateLimitUnit.WEEK -> 7 * day;
      case RateLimitResponseRateLimitUnit.MONTH -> 30 * day;
      case RateLimitResponseRateLimitUnit.YEAR -> 365 * day;
      default -> 0;
    };
  }

  private static java.time.Duration duration(@Nullable Duration duration) {
    boolean isKnown = duration != null && duration.seconds() >= 0 && duration.nanos() >= 0;
    return isKnown && duration != null
        ? java.time.Duration.ofSeconds(Math.min(duration.seconds(), 1L << 40), duration.nanos())
        : java.time.Duration.ZERO;
  }

  /** Names as in HTTP/2; what would end a header is nobody's to add. */
  private static List<Map.Entry<String, String>> headers(List<HeaderValue> values) {
    List<Map.Entry<String, String>> headers = new ArrayList<>(values.size());
    for (HeaderValue each : values) {
      boolean isSafe =
          !each.key().isEmpty()
              && each.key().chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':')
              && each.value().chars().allMatch(c -> c >= ' ' || c == '\t');
      if (isSafe) {
        headers.add(Map.entry(each.key(), each.value()));
      }
    }
    return headers;
  }
}
