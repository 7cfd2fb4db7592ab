package dev.weft.telemetry.metrics;

import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.RequestReport;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Requests that look the same to Istio's metrics: how many, and how long they took. */
final class RequestSeries {

  /** Envoy's default buckets, in milliseconds. */
  static final double[] BOUNDS = {
    0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000,
    600_000, 1_800_000, 3_600_000
  };

  private static final long[] BOUNDS_NANOS = new long[BOUNDS.length];

  static {
    for (int i = 0; i < BOUNDS.length; i++) {
      BOUNDS_NANOS[i] = (long) (BOUNDS[i] * 1_000_000);
    }
  }

  private final RequestReport.Side side;
  private final Workload peer;
  private final @Nullable SpiffeId principal;
  private final Service service;
  private final boolean grpc;
  private final int status;
  private final int flags;
  private final @Nullable String grpcStatus;
  private final int hash;
  private final Labels labels;
  private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
  private final LongAdder nanos = new LongAdder();

  RequestSeries(RequestReport report, Labels labels) {
    this.side = report.side();
    this.peer = report.peer();
    this.principal = report.peerPrincipal();
    this.service = report.service();
    this.grpc = report.grpc();
    this.status = report.status();
    this.flags = report.flags();
    this.grpcStatus = report.grpcStatus();
    this.hash = hash(report);
    this.labels = labels;
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  static int hash(RequestReport report) {
    int hash = report.peer().hashCode() * 31 + report.service().hashCode();
    hash = hash * 31 + report.status();
    hash = hash * 31 + report.flags();
    hash = hash * 31 + Objects.hashCode(report.grpcStatus());
    hash = hash * 31 + Objects.hashCode(report.peerPrincipal());
    hash = hash * 31 + (report.side() == RequestReport.Side.SOURCE ? 1 : 0);
    return hash ^ (hash >>> 16);
  }

  boolean holds(RequestReport report) {
    return status == report.status()
        && flags == report.flags()
        && side == report.side()
        && grpc == report.grpc()
        && Objects.equals(peer, report.peer())
        && Objects.equals(principal, report.peerPrincipal())
        && Objects.equals(service, report.service())
        && Objects.equals(grpcStatus, report.grpcStatus());
  }

  void record(long duration) {
    int bucket = 0;
    while (bucket < BOUNDS_NANOS.length && duration > BOUNDS_NANOS[bucket]) {
      bucket++;
    }
    buckets[bucket].increment();
    nanos.add(duration);
  }

  int hash() {
    return hash;
  }

  Labels labels() {
    return labels;
  }

  /** Observations per bucket, not summed up. */
  long[] counts() {
    long[] counts = new long[buckets.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = buckets[i].sum();
    }
    return counts;
  }

  double sumMillis() {
    return nanos.sum() / 1e6;
  }
}
