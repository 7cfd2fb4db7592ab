package dev.weft.engine.wire;

import dev.weft.bridge.Connection;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.TcpReport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The guarded connections that are open, and what has gone over those without requests. */
final class Links {

  /** A connection this old without a request is none that brings requests. */
  private static final long OPAQUE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Peers and services that are told apart; they come from the control service. */
  private static final int MOST_SERIES = 1_000;

  private record Ends(InetSocketAddress local, InetSocketAddress remote) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Ends ends && local.equals(ends.local) && remote.equals(ends.remote);
    }

    @Override
    public int hashCode() {
      return local.hashCode() * 31 + remote.hashCode();
    }
  }

  private final ConcurrentHashMap<Ends, Link> open = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<TcpSeries.Of, TcpSeries> series = new ConcurrentHashMap<>();

  /**
   * Puts a connection on.
   *
   * @return whose address pair it has been given, before that one was taken off; null: nobody's
   */
  @Nullable Link add(Link link) {
    return open.put(ends(link.connection()), link);
  }

  /**
   * Takes a connection off; its address pair may have been given to another one already.
   *
   * @return null: it is not there
   */
  @Nullable Link remove(Connection connection) {
    Ends ends = ends(connection);
    Link link = open.get(ends);
    if (link == null || !link.connection().equals(connection) || !open.remove(ends, link)) {
      return null;
    }
    link.tell(series(link), link.isOpaque(), true);
    return link;
  }

  private static Ends ends(Connection connection) {
    return new Ends(connection.local(), connection.remote());
  }

  @Nullable Link find(InetSocketAddress local, InetSocketAddress remote) {
    return open.get(new Ends(local, remote));
  }

  Collection<Link> all() {
    return open.values();
  }

  /**
   * Something else is said of addresses now, or somebody else is there.
   *
   * @return whether there are connections that would be made otherwise now
   */
  boolean outdate(WireState now) {
    boolean any = false;
    for (Link link : open.values()) {
      any |= link.connection().outbound() && outdate(link, now);
    }
    return any;
  }

  /** As all, for one that is outbound. */
  static boolean outdate(Link link, WireState now) {
    InetSocketAddress remote = link.connection().remote();
    return link.outdate(now.transports().at(remote), now.at(remote));
  }

  /**
   * Ends outdated connections over which nothing has gone since this was called last.
   *
   * @return whether there are others left
   */
  boolean retire() {
    boolean left = false;
    for (Link link : open.values()) {
      if (link.isOutdated()) {
        if (link.isQuiet()) {
          link.connection().retire();
        } else {
          left = true;
        }
      }
    }
    return left;
  }

  /** What has gone over opaque connections up to now. */
  List<TcpReport> reports(@Nullable SpiffeId self, long nowNanos) {
    for (Link link : open.values()) {
      boolean old = nowNanos - link.openedNanos() > OPAQUE_NANOS;
      link.tell(series(link), old && link.isOpaque(), false);
    }
    List<TcpReport> reports = new ArrayList<>();
    for (TcpSeries each : series.values()) {
      TcpReport report = each.report(self);
      if (report.opened() > 0) {
        reports.add(report);
      }
    }
    return reports;
  }

  /** A connection to a service was not made. */
  void failed(Service destination, int flags) {
    series(new TcpSeries.Of(true, null, destination, flags)).add(1, 1, 0, 0);
  }

  private TcpSeries series(Link link) {
    Service routed = link.destination();
    return series(
        new TcpSeries.Of(
            link.connection().outbound(),
            link.principal(),
            routed == null ? Service.UNKNOWN : routed,
            0));
  }

  private TcpSeries series(TcpSeries.Of what) {
    TcpSeries known = series.get(what);
    if (known == null && series.size() >= MOST_SERIES) {
      return new TcpSeries(what); // not kept: nobody reads it
    }
    return known != null ? known : series.computeIfAbsent(what, TcpSeries::new);
  }
}
