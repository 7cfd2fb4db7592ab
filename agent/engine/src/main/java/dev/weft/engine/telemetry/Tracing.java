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
   * The span of a request; null when there are none. It belongs to the span that the request's
   * headers name, else to that of the request that caused it, else it begins a trace.
   */
  public @Nullable SpanContext span(Headers headers, @Nullable SpanContext cause) {
    if (sampler == null) {
      return null;
    }
    SpanContext named = named(headers);
    SpanContext parent = named == null ? cause : named;
    return parent == null ? SpanContext.root(random, sampler) : parent.child(random, sampler);
  }

  private static @Nullable SpanContext named(Headers headers) {
    String traceparent = headers.first("traceparent");
    SpanContext named = traceparent == null ? null : SpanContext.parse(traceparent);
    return named != null ? named : B3.of(headers).read(headers);
  }
}
