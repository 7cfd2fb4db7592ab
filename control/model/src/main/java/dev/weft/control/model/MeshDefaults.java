package dev.weft.control.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds where no resource says otherwise.
 *
 * @param outbound of workloads whose Sidecar does not say
 * @param retries of routes that do not say
 * @param connectTimeout of hosts whose DestinationRule does not say
 * @param locality likewise
 * @param keepalive of what a DestinationRule leaves open; null: none
 * @param providers who can be asked to authorize requests
 */
public record MeshDefaults(
    OutboundTrafficPolicy outbound,
    RetryPolicy retries,
    Duration connectTimeout,
    LocalityBalancing locality,
    @Nullable TcpKeepalive keepalive,
    List<ExtensionProvider> providers) {

  public MeshDefaults {
    providers = List.copyOf(providers);
  }

  /** Istio's. */
  public static final MeshDefaults DEFAULT =
      new MeshDefaults(
          OutboundTrafficPolicy.ALLOW_ANY,
          RetryPolicy.DEFAULT,
          TrafficPolicy.DEFAULT.connectTimeout(),
          LocalityBalancing.DEFAULT,
          null,
          List.of());
}
