package dev.weft.control.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong on purpose, before a request is sent. Shares are in millionths; of both, the
 * delay comes first, and each has its own chance.
 */
public record Fault(@Nullable Delay delay, @Nullable Abort abort) {

  /**
   * @param share null: none is written, so that it never happens
   */
  public record Delay(Duration duration, @Nullable Integer share) {}

  /**
   * Exactly one of the statuses is there.
   *
   * @param share null: none is written, so that it never happens
   */
  public record Abort(
      @Nullable Integer httpStatus, @Nullable Integer grpcStatus, @Nullable Integer share) {}
}
