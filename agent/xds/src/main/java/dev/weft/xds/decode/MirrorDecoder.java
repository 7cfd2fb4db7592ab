package dev.weft.xds.decode;

import dev.weft.engine.config.Route.Mirror;
import dev.weft.xds.proto.RouteActionRequestMirrorPolicy;
import java.util.ArrayList;
import java.util.List;

/** {@code envoy.config.route.v3.RouteAction.RequestMirrorPolicy}. */
final class MirrorDecoder {

  private MirrorDecoder() {}

  static List<Mirror> mirrors(List<RouteActionRequestMirrorPolicy> policies, Where where)
      throws InvalidResourceException {
    List<Mirror> mirrors = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      RouteActionRequestMirrorPolicy policy = policies.get(i);
      Where here = where.in("request_mirror_policies", i);
      if (policy.cluster().isEmpty()) {
        throw here.in("cluster").refuse("empty (expected: the name of a cluster)");
      }
      mirrors.add(
          new Mirror(
              policy.cluster(),
              Fractions.orAll(policy.runtimeFraction(), here.in("runtime_fraction")),
              !policy.disableShadowHostSuffixAppend()));
    }
    return mirrors;
  }
}
