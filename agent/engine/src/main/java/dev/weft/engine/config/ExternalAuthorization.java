package dev.weft.engine.config;

import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.config.RouteMatch.StringMatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Somebody who is asked what becomes of requests: Envoy's ext_authz filter.
 *
 * @param rules which requests are asked about: those that match
 * @param cluster where it is
 * @param timeout after which it counts as failed
 * @param failOpen whether requests pass without its answer
 * @param statusOnError what they get where they do not
 * @param wantsBody whether it looks at bodies, which are not known here: a request that has one is
 *     refused
 */
public record ExternalAuthorization(
    Rules rules,
    String cluster,
    Protocol protocol,
    Duration timeout,
    boolean failOpen,
    int statusOnError,
    boolean wantsBody) {

  /** How it is asked. */
  public sealed interface Protocol {

    /**
     * {@code envoy.service.auth.v3.Authorization}.
     *
     * @param authority what it is called by; empty: by its host
     */
    record Grpc(String authority) implements Protocol {}

    /**
     * By a request of the same method and path, without a body.
     *
     * @param pathPrefix before the path
     * @param headers of the request, to be sent besides the usual ones
     * @param added to be sent in any case
     * @param toUpstream of its answer, for the application
     * @param toDownstreamOnDeny of its answer, for the caller of a request that is refused; empty:
     *     all
     * @param toDownstreamOnAllow of its answer, for the response of the application
     */
    record Http(
        String pathPrefix,
        List<StringMatch> headers,
        List<Map.Entry<String, String>> added,
        List<StringMatch> toUpstream,
        List<StringMatch> toDownstreamOnDeny,
        List<StringMatch> toDownstreamOnAllow)
        implements Protocol {

      public Http {
        headers = List.copyOf(headers);
        added = List.copyOf(added);
        toUpstream = List.copyOf(toUpstream);
        toDownstreamOnDeny = List.copyOf(toDownstreamOnDeny);
        toDownstreamOnAllow = List.copyOf(toDownstreamOnAllow);
      }
    }
  }
}
