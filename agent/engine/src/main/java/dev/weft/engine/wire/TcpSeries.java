package dev.weft.engine.wire;

import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.RequestReport.Side;
import dev.weft.engine.telemetry.TcpReport;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts the connections of one direction and peer. */
final class TcpSeries {

  private final boolean outbound;
  private final @Nullable SpiffeId peer;
  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();

  TcpSeries(boolean outbound, @Nullable SpiffeId peer) {
    this.outbound = outbound;
    this.peer = peer;
  }

  void add(long opens, long closes, long bytesSent, long bytesReceived) {
    opened.add(opens);
    closed.add(closes);
    sent.add(bytesSent);
    received.add(bytesReceived);
  }

  // Istio counts as sent what goes back to who connected, on both sides.
  TcpReport report(@Nullable SpiffeId self) {
    return new TcpReport(
        outbound ? Side.SOURCE : Side.DESTINATION,
        peer == null ? null : self,
        peer,
        opened.sum(),
        closed.sum(),
        outbound ? received.sum() : sent.sum(),
        outbound ? sent.sum() : received.sum());
  }
}
