package dev.weft.engine.config;

import dev.weft.engine.config.RouteMatch.StringMatch;
import java.util.List;

/**
 * Envoy's CORS filter on one route. The texts go into headers as they are; an empty one sets none.
 *
 * @param origins any of which allows an origin; one that matches {@code *} allows all
 * @param forwardUnmatched whether a preflight request of another origin goes on to the application
 * @param share of the requests that this is for
 */
public record CorsPolicy(
    List<StringMatch> origins,
    String allowMethods,
    String allowHeaders,
    String exposeHeaders,
    String maxAge,
    boolean allowCredentials,
    boolean forwardUnmatched,
    Fraction share) {

  public CorsPolicy {
    origins = List.copyOf(origins);
  }
}
