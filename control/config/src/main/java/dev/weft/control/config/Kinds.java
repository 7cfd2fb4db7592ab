package dev.weft.control.config;

import dev.weft.control.config.istio.AuthorizationPolicyReader;
import dev.weft.control.config.istio.DestinationRuleReader;
import dev.weft.control.config.istio.KindReader;
import dev.weft.control.config.istio.PeerAuthenticationReader;
import dev.weft.control.config.istio.RateLimitReader;
import dev.weft.control.config.istio.RequestAuthenticationReader;
import dev.weft.control.config.istio.ServiceEntryReader;
import dev.weft.control.config.istio.ServiceReader;
import dev.weft.control.config.istio.SidecarReader;
import dev.weft.control.config.istio.VirtualServiceReader;
import dev.weft.control.config.istio.WorkloadEntryReader;
import dev.weft.control.config.istio.WorkloadGroupReader;
import dev.weft.control.config.schema.IgnoredKind;
import dev.weft.control.config.schema.KindSchema;
import dev.weft.control.config.schema.Schemas;
import dev.weft.control.config.schema.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which kinds there are, and what becomes of those that are not read field by field. */
final class Kinds {

  private static final Map<String, KindReader> READERS =
      Map.ofEntries(
          Map.entry("VirtualService", new VirtualServiceReader()),
          Map.entry("DestinationRule", new DestinationRuleReader()),
          Map.entry("ServiceEntry", new ServiceEntryReader()),
          Map.entry("WorkloadEntry", new WorkloadEntryReader()),
          Map.entry("WorkloadGroup", new WorkloadGroupReader()),
          Map.entry("Sidecar", new SidecarReader()),
          Map.entry("Service", new ServiceReader()),
          Map.entry("PeerAuthentication", new PeerAuthenticationReader()),
          Map.entry("RateLimit", new RateLimitReader()),
          Map.entry("RequestAuthentication", new RequestAuthenticationReader()),
          Map.entry("AuthorizationPolicy", new AuthorizationPolicyReader()));

  /** Istio's other kinds, with the reason why they have no effect. */
  private static final Map<String, String> OTHERS =
      IgnoredKind.all().stream()
          .collect(Collectors.toUnmodifiableMap(IgnoredKind::kind, IgnoredKind::reason));

  private static final List<String> GROUPS =
      List.of(
          "networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io");

  /** Weft's own kinds. */
  private static final String OWN_GROUP = "weft.dev";

  private Kinds() {}

  static KindReader reader(KindSchema schema) {
    KindReader reader = READERS.get(schema.kind());
    if (reader == null) {
      throw new IllegalStateException("no reader for " + schema.kind());
    }
    return reader;
  }

  static boolean isIstioGroup(String group) {
    return GROUPS.contains(group);
  }

  /** Why the kind has no effect; empty where it should not be in Istio's groups at all. */
  static Optional<String> reason(String group, String kind) {
    return isIstioGroup(group) || group.equals(OWN_GROUP)
        ? Optional.ofNullable(OTHERS.get(kind))
        : Optional.of("not read; it is not part of the mesh's configuration");
  }

  /** What apiVersion the author of a known Istio kind in an unknown group must have meant. */
  static Optional<KindSchema> meant(String group, String kind) {
    return Suggestion.nearest(group, GROUPS).isEmpty()
        ? Optional.empty()
        : Schemas.all().stream()
            .filter(schema -> isIstioGroup(schema.group()) && schema.kind().equals(kind))
            .findFirst();
  }

  static Optional<String> nearest(String kind) {
    return Suggestion.nearest(
        kind, Stream.concat(READERS.keySet().stream(), OTHERS.keySet().stream()).toList());
  }
}
