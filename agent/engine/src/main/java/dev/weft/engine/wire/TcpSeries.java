package dev.weft.engine.wire;

import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.RequestReport.Side;
import dev.weft.engine.telemetry.TcpReport;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts the connections that are told of together. */
final class TcpSeries {

  /**
   * What they have in common.
   *
   * @param destination to which they were routed; unknown: they were not
   * @param flags Envoy's response flags
   */
  record Of(boolean outbound, @Nullable SpiffeId peer, Service destination, int flags) {}

  private final Of what;
  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();

  TcpSeries(Of what) {
    this.what = what;
  }

  void add(long opens, long closes, long bytesSent, long bytesReceived) {
    opened.add(opens);
    closed.add(closes);
    sent.add(bytesSent);
    received.add(bytesReceived);
  }

  // Istio counts as sent what goes back to who connected, on both sides.
  TcpReport report(@Nullable SpiffeId self) {
    boolean outbound = what.outbound;
    return new TcpReport(
        outbound ? Side.SOURCE : Side.DESTINATION,
        what.peer == null ? null : self,
        what.peer,
        what.destination,
        what.flags,
        opened.sum(),
        closed.sum(),
        outbound ? received.sum() : sent.sum(),
        outbound ? sent.sum() : received.sum());
  }
}
