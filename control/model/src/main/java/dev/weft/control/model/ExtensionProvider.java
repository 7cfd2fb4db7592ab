package dev.weft.control.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who decides about requests that AuthorizationPolicies of action CUSTOM match, in Envoy's
 * ext_authz protocol.
 *
 * @param name by which policies call it
 * @param namespace where its service is defined; null: anywhere
 * @param host of its service
 * @param failOpen whether requests pass where it does not answer
 * @param statusOnError what they get where they do not
 * @param wantsBody whether it looks at bodies
 */
public record ExtensionProvider(
    String name,
    @Nullable Namespace namespace,
    Fqdn host,
    int port,
    Duration timeout,
    boolean failOpen,
    int statusOnError,
    boolean wantsBody,
    Protocol protocol) {

  /** Where it is asked. */
  public Destination destination() {
    return new Destination(host, port, "");
  }

  /** How it is asked. */
  public sealed interface Protocol {

    /** {@code envoy.service.auth.v3.Authorization}. */
    record Grpc() implements Protocol {}

    /**
     * By the request again, without its body. Headers are by name, or {@code PREFIX*} or {@code
     * *SUFFIX}.
     *
     * @param pathPrefix before the request's path
     * @param requestHeaders that it is told
     * @param additionalHeaders that it is told in any case
     * @param toUpstreamOnAllow of its answer, for the application
     * @param toDownstreamOnDeny of its answer, for the caller; empty: all
     * @param toDownstreamOnAllow likewise
     */
    record Http(
        String pathPrefix,
        List<String> requestHeaders,
        Map<String, String> additionalHeaders,
        List<String> toUpstreamOnAllow,
        List<String> toDownstreamOnDeny,
        List<String> toDownstreamOnAllow)
        implements Protocol {

      public Http {
        requestHeaders = List.copyOf(requestHeaders);
        additionalHeaders = Map.copyOf(additionalHeaders);
        toUpstreamOnAllow = List.copyOf(toUpstreamOnAllow);
        toDownstreamOnDeny = List.copyOf(toDownstreamOnDeny);
        toDownstreamOnAllow = List.copyOf(toDownstreamOnAllow);
      }
    }
  }
}
