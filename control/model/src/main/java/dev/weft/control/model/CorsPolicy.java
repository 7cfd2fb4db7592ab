package dev.weft.control.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What scripts of other origins may do.
 *
 * @param allowCredentials null: not written
 * @param maxAge in whole seconds; null: not written
 * @param forwardUnmatched whether a preflight request of another origin reaches the application,
 *     rather than being answered without a permission
 */
public record CorsPolicy(
    List<StringMatch> allowOrigins,
    List<String> allowMethods,
    List<String> allowHeaders,
    List<String> exposeHeaders,
    @Nullable Boolean allowCredentials,
    @Nullable Duration maxAge,
    boolean forwardUnmatched) {

  public CorsPolicy {
    allowOrigins = List.copyOf(allowOrigins);
    allowMethods = List.copyOf(allowMethods);
    allowHeaders = List.copyOf(allowHeaders);
    exposeHeaders = List.copyOf(exposeHeaders);
  }
}
