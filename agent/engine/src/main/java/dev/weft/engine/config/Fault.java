package dev.weft.engine.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong on purpose, before a request is sent: Envoy's fault filter. Of both, the delay
 * comes first, and each has its own chance.
 */
public record Fault(@Nullable Delay delay, @Nullable Abort abort) {

  public record Delay(Duration duration, Fraction share) {}

  /**
   * @param status of HTTP; 200 where only a gRPC status is given
   * @param grpcStatus null: the one that follows from the status
   */
  public record Abort(int status, @Nullable Integer grpcStatus, Fraction share) {}
}
