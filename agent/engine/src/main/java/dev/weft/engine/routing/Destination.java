package dev.weft.engine.routing;

import dev.weft.engine.config.Route;
import dev.weft.engine.config.Route.WeightedCluster;
import org.jspecify.annotations.Nullable;

/** Where a rule sends a share of its requests, and how it changes them on the way. */
public final class Destination {

  private final Route.Action.Forward forward;
  private final WeightedCluster cluster;
  private final Rewriting rewriting;
  private final Editing request;
  private final Editing response;
  private final RequestHash hash;

  Destination(Route route, Route.Action.Forward forward, WeightedCluster cluster) {
    this.forward = forward;
    this.cluster = cluster;
    this.rewriting = Rewriting.compile(forward.rewrite(), route.match().path());
    this.request = Editing.of(Edits.of(cluster.request(), route.request()));
    this.response = Editing.of(Edits.of(cluster.response(), route.response()));
    this.hash = new RequestHash(forward.hashing(), request.fixed());
  }

  /** The cluster's name. */
  public String cluster() {
    return cluster.cluster();
  }

  int weight() {
    return cluster.weight();
  }

  /** What the rule says of timeout and retries. */
  public Route.Action.Forward forward() {
    return forward;
  }

  /** The target to send; the same object when the rule does not rewrite it. */
  public String target(String target) {
    return rewriting.target(target);
  }

  /** Whether the rule rewrites paths; Envoy tells the original one even if it is the same. */
  public boolean rewritesPath() {
    return rewriting.concernsPath();
  }

  /** The authority to send; the same object when the rule does not rewrite it. */
  public String authority(String authority) {
    return rewriting.authority(own(authority));
  }

  /**
   * The authority before the route has rewritten it, as Envoy tells it to the application; null
   * when the route does not.
   */
  public @Nullable String originalAuthority(String authority) {
    String before = own(authority);
    return rewriting.authority(before).equals(before) ? null : before;
  }

  private String own(String authority) {
    String own = cluster.authority();
    return own == null ? authority : own;
  }

  /** Edits of the weighted cluster and then the route, as one. */
  public Editing request() {
    return request;
  }

  /** What consistent load balancers look at. */
  public RequestHash hash() {
    return hash;
  }

  /** Edits of the response, likewise. */
  public Editing response() {
    return response;
  }
}
