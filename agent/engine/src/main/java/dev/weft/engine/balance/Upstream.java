package dev.weft.engine.balance;

import dev.weft.engine.config.Cluster.Endpoint;
import dev.weft.engine.config.Cluster.Health;

/**
 * One endpoint of a cluster, how much it is serving for us now, and how it does. What is known
 * belongs to the address: it outlives every new configuration that still has the endpoint.
 */
public final class Upstream {

  private final Endpoint endpoint;
  private final Member member;
  private final ClusterLoad load;

  Upstream(Endpoint endpoint, Member member, ClusterLoad load) {
    this.endpoint = endpoint;
    this.member = member;
    this.load = load;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** A request begins, unless the cluster has as many as it may have. */
  public boolean begin() {
    if (!load.begin()) {
      return false;
    }
    member.active().incrementAndGet();
    return true;
  }

  /** A request is over; once for each that has begun. */
  public void end() {
    load.end();
    member.active().decrementAndGet();
  }

  /** A connection without requests is made; limits of requests say nothing of it. */
  public void connecting() {
    member.active().incrementAndGet();
  }

  /** A connection without requests is over; once for each that was made. */
  public void disconnected() {
    member.active().decrementAndGet();
  }

  /** Requests in flight, and connections without requests. */
  public int active() {
    return member.active().get();
  }

  /** It has answered with this status. */
  public void responded(int status) {
    OutlierDetector detector = member.detector();
    if (detector != null) {
      detector.responded(member, status);
    }
  }

  /** A connection without requests has come about. */
  public void connected() {
    OutlierDetector detector = member.detector();
    if (detector != null) {
      detector.connected(member);
    }
  }

  /**
   * It has not answered, or not to the end.
   *
   * @param connected whether there was a connection
   */
  public void failed(boolean connected) {
    failed(connected, OutlierDetector.UNAVAILABLE);
  }

  /** It has not answered in time. */
  public void timedOut() {
    failed(true, OutlierDetector.TIMEOUT);
  }

  private void failed(boolean connected, int status) {
    OutlierDetector detector = member.detector();
    if (detector != null) {
      detector.failed(member, connected, status);
    }
  }

  Member member() {
    return member;
  }

  boolean isHealthy() {
    return endpoint.health() == Health.HEALTHY && !member.failing().isEjected();
  }

  /** Whether this is the same endpoint, maybe of another configuration. */
  boolean isSame(Upstream other) {
    return member == other.member;
  }
}
