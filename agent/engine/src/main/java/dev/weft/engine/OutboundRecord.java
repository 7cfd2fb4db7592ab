package dev.weft.engine;

import dev.weft.bridge.RequestHead;
import dev.weft.engine.balance.ClusterLoad;
import dev.weft.engine.balance.ConnectionSlots.Slot;
import dev.weft.engine.balance.Upstream;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.SpanContext;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What is told of an outbound call, and the promise that it is told exactly once and that the
 * endpoint's count of active requests is exact, however the call's end, its cancellation and its
 * failure race.
 */
abstract class OutboundRecord implements RequestReport {

  private static final int RUNNING = 0;
  private static final int DELIVERED = 1;
  private static final int OVER = 2;

  private static final AtomicIntegerFieldUpdater<OutboundRecord> STATE =
      AtomicIntegerFieldUpdater.newUpdater(OutboundRecord.class, "state");
  private static final AtomicReferenceFieldUpdater<OutboundRecord, @Nullable Upstream> UPSTREAM =
      AtomicReferenceFieldUpdater.newUpdater(OutboundRecord.class, Upstream.class, "upstream");

  final RequestHead head;
  final boolean grpc;
  final Engine engine;
  private final @Nullable SpanContext span;
  private final long startNanos;

  private static final AtomicReferenceFieldUpdater<OutboundRecord, @Nullable ClusterLoad> RETRYING =
      AtomicReferenceFieldUpdater.newUpdater(OutboundRecord.class, ClusterLoad.class, "retrying");

  private volatile int state;
  private volatile @Nullable ClusterLoad retrying; // that the current retry burdens
  private volatile @Nullable Upstream upstream; // that the current try burdens
  private volatile @Nullable Slot slot; // that the current try has, or waits for
  private @Nullable InetSocketAddress address;
  private @Nullable SpiffeId principal;
  private Service service = Service.UNKNOWN;
  private Workload peer = Workload.UNKNOWN;
  private short tries;
  private short status;
  private short flags;
  private @Nullable String grpcStatus;
  private @Nullable Throwable failure;
  private long endNanos;

  OutboundRecord(Engine engine, RequestHead head, @Nullable InboundExchange cause) {
    this.engine = engine;
    this.head = head;
    this.grpc = Grpc.is(head);
    this.startNanos = engine.clock.getAsLong();
    this.span = engine.tracing.span(head.headers(), cause == null ? null : cause.span());
  }

  // A try.

  /** A try begins at this endpoint, unless its cluster has as many as it may have. */
  final boolean begin(Upstream chosen) {
    if (!chosen.begin()) {
      return false;
    }
    upstream = chosen;
    peer = chosen.endpoint().workload();
    sendingTo(chosen.endpoint().address());
    if (state == OVER) {
      endTry(); // cancelled meanwhile: whoever comes second takes the request off the count
    }
    return true;
  }

  /** The current try has this slot, or waits for it. */
  final void needs(Slot asked) {
    slot = asked;
    if (state == OVER) {
      asked.end(); // likewise
    }
  }

  /** What the current try has or waits for; null when there is no limit. */
  final @Nullable Slot slot() {
    return slot;
  }

  /** A retry begins, unless its cluster has as many as it may have. */
  final boolean beginRetry(ClusterLoad load) {
    endRetry();
    if (!load.beginRetry()) {
      return false;
    }
    retrying = load;
    if (state == OVER) {
      endRetry(); // likewise
    }
    return true;
  }

  private void endRetry() {
    ClusterLoad used = retrying == null ? null : RETRYING.getAndSet(this, null);
    if (used != null) {
      used.endRetry();
    }
  }

  /** A try begins at this address. */
  final void sendingTo(InetSocketAddress where) {
    address = where;
    principal = engine.wire == null ? null : engine.wire.asking(where);
    failure = null;
    tries++;
  }

  /**
   * The current try no longer burdens its cluster; its endpoint is returned, null when it had none.
   */
  final @Nullable Upstream endTry() {
    Upstream used = upstream == null ? null : UPSTREAM.getAndSet(this, null);
    if (used != null) {
      used.end();
    }
    Slot kept = slot;
    if (kept != null) {
      kept.end(); // knows that it was given back, if it was
      slot = null;
    }
    return used;
  }

  /** The endpoint of the current try; null when there is none. */
  final @Nullable Upstream upstream() {
    return upstream;
  }

  final void failed(Throwable why) {
    failure = why;
  }

  // What is known.

  final void calls(Service called) {
    service = called;
  }

  /** The peer has said who it is: believed, unless it has proved to be somebody else. */
  final void learn(Workload who) {
    if (principal == null || principal.namespace().equals(who.namespace())) {
      peer = who;
    }
  }

  final void flag(ResponseFlag flag) {
    flags |= (short) flag.bit();
  }

  final boolean isOver() {
    return state == OVER;
  }

  // The end.

  /**
   * A local reply: the call is over.
   *
   * @param why flags
   */
  final void answered(int code, @Nullable String grpcCode, int why) {
    if (STATE.compareAndSet(this, RUNNING, OVER)) {
      endTry();
      status = (short) code;
      grpcStatus = grpcCode;
      end(why);
    }
  }

  /** The last try's response goes to the application: the call is over when its body is. */
  final void delivering(int code, @Nullable String grpcCode) {
    status = (short) code;
    grpcStatus = grpcCode;
    STATE.compareAndSet(this, RUNNING, DELIVERED);
  }

  /** The last try's own failure goes to the application: the call is over. */
  final void failing(int why) {
    if (STATE.compareAndSet(this, RUNNING, OVER)) {
      endTry();
      end(why);
    }
  }

  /** The delivered response is over; true for the first who says so. */
  final boolean finish() {
    return STATE.compareAndSet(this, DELIVERED, OVER);
  }

  final void finished(@Nullable Throwable broken, @Nullable String grpcCode, int why) {
    endTry();
    failure = broken;
    grpcStatus = grpcStatus == null ? grpcCode : grpcStatus;
    end(why);
  }

  /** The application gave up, maybe while the response was on its way to it. */
  final void abandon() {
    if (STATE.getAndSet(this, OVER) != OVER) {
      endTry();
      end(ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION.bit());
    }
  }

  private void end(int why) {
    endRetry();
    flags |= (short) why;
    endNanos = engine.clock.getAsLong();
    engine.outboundOver(this);
  }

  // The report.

  @Override
  public final Side side() {
    return Side.SOURCE;
  }

  @Override
  public final RequestHead head() {
    return head;
  }

  @Override
  public final Workload peer() {
    return peer;
  }

  /** By the table that every connection to that address was made by. */
  @Override
  public final @Nullable SpiffeId peerPrincipal() {
    return principal;
  }

  @Override
  public final @Nullable SpiffeId ownPrincipal() {
    return engine.wire == null || principal == null ? null : engine.wire.self();
  }

  @Override
  public final Service service() {
    return service;
  }

  @Override
  public final boolean grpc() {
    return grpc;
  }

  @Override
  public final int status() {
    return status;
  }

  @Override
  public final @Nullable String grpcStatus() {
    return grpcStatus;
  }

  @Override
  public final int flags() {
    return flags;
  }

  @Override
  public final long startNanos() {
    return startNanos;
  }

  @Override
  public final long endNanos() {
    return endNanos;
  }

  @Override
  public final int tries() {
    return tries;
  }

  @Override
  public final @Nullable SpanContext span() {
    return span;
  }

  @Override
  public final @Nullable InetSocketAddress remote() {
    return address;
  }

  @Override
  public final @Nullable Throwable failure() {
    return failure;
  }
}
