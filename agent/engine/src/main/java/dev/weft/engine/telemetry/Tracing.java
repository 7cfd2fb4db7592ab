package dev.weft.engine.telemetry;

import dev.weft.bridge.Headers;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Gives requests their place in a trace; without a sampler there are no spans. */
public final class Tracing {

  private final @Nullable Sampler sampler;
  private final RandomGenerator random;

  public Tracing(@Nullable Sampler sampler, RandomGenerator random) {
    this.sampler = sampler;
    this.random = random;
  }

  /**
   * The span that a request belongs to: the one that its headers name, else that of the request
   * that caused it.
   */
  public @Nullable SpanContext parent(Headers headers, @Nullable SpanContext cause) {
    if (sampler == null) {
      return null;
    }
    String traceparent = headers.first("traceparent");
    SpanContext named = traceparent == null ? null : SpanContext.parse(traceparent);
    if (named == null) {
      named = B3.of(headers).read(headers);
    }
    return named == null ? cause : named;
  }

  /** The span of a request that belongs to this one; null when there are no spans. */
  public @Nullable SpanContext span(@Nullable SpanContext parent) {
    if (sampler == null) {
      return null;
    }
    return parent == null ? SpanContext.root(random, sampler) : parent.child(random, sampler);
  }
}
