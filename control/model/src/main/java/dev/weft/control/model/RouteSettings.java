package dev.weft.control.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a route says beside its action. Null stands for what is not written, so that a route can be
 * completed by the one that delegates to it.
 *
 * @param timeout of the whole request, all tries together
 */
public record RouteSettings(
    @Nullable HeaderEdits headers,
    @Nullable Rewrite rewrite,
    @Nullable Duration timeout,
    @Nullable RetryPolicy retries,
    @Nullable Fault fault,
    Mirroring mirroring,
    @Nullable CorsPolicy cors) {

  public static final RouteSettings NONE =
      new RouteSettings(null, null, null, null, null, Mirroring.NONE, null);

  /** What is not written here is as there: each field as a whole, headers included. */
  public RouteSettings orElse(RouteSettings other) {
    return new RouteSettings(
        headers == null ? other.headers : headers,
        rewrite == null ? other.rewrite : rewrite,
        timeout == null ? other.timeout : timeout,
        retries == null ? other.retries : retries,
        fault == null ? other.fault : fault,
        mirroring.orElse(other.mirroring),
        cors == null ? other.cors : cors);
  }

  RouteSettings with(Mirroring other) {
    return new RouteSettings(headers, rewrite, timeout, retries, fault, other, cors);
  }
}
