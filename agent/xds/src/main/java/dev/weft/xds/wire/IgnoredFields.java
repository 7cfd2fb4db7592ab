package dev.weft.xds.wire;

/** Is told of every field that was present and ignored. */
@FunctionalInterface
public interface IgnoredFields {

  /** For messages in which nothing is ignored that matters. */
  IgnoredFields UNHEARD = field -> {};

  /** By its full name: {@code envoy.config.route.v3.RouteAction.hash_policy}. */
  void ignored(String field);
}
