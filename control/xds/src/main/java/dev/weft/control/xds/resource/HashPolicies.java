package dev.weft.control.xds.resource;

import dev.weft.control.model.ConsistentHash;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.WeightedDestination;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy;

/** What requests are hashed by: a DestinationRule's word, but a route's in Envoy. */
final class HashPolicies {

  private HashPolicies() {}

  static void apply(RouteAction.Builder action, HttpRoute route) {
    for (WeightedDestination destination : route.destinations()) {
      if (destination.hash() != null && destination.hash().key() != null) {
        action.addHashPolicy(of(destination.hash().key()));
      }
    }
    if (route.location() != null && sticks(route)) {
      // As istiod has it for rules, though not for a service's own route: a retry stays.
      action.getRetryPolicyBuilder().clearRetryHostPredicate();
    }
  }

  private static boolean sticks(HttpRoute route) {
    return route.retries().attempts() > 0
        && route.retries().elsewhere() == null
        && route.destinations().size() == 1
        && route.destinations().get(0).hash() != null;
  }

  private static HashPolicy of(ConsistentHash.Key key) {
    HashPolicy.Builder policy = HashPolicy.newBuilder();
    if (key instanceof ConsistentHash.Header header) {
      policy.setHeader(HashPolicy.Header.newBuilder().setHeaderName(header.name()));
    } else if (key instanceof ConsistentHash.Cookie cookie) {
      policy.setCookie(cookie(cookie));
    } else if (key instanceof ConsistentHash.QueryParameter parameter) {
      policy.setQueryParameter(HashPolicy.QueryParameter.newBuilder().setName(parameter.name()));
    } else {
      policy.setConnectionProperties(
          HashPolicy.ConnectionProperties.newBuilder().setSourceIp(true));
    }
    return policy.build();
  }

  private static HashPolicy.Cookie cookie(ConsistentHash.Cookie cookie) {
    HashPolicy.Cookie.Builder built =
        HashPolicy.Cookie.newBuilder().setName(cookie.name()).setPath(cookie.path());
    if (cookie.ttl() != null) {
      built.setTtl(Values.duration(cookie.ttl()));
    }
    for (ConsistentHash.Attribute attribute : cookie.attributes()) {
      built.addAttributes(
          HashPolicy.CookieAttribute.newBuilder()
              .setName(attribute.name())
              .setValue(attribute.value()));
    }
    return built.build();
  }
}
