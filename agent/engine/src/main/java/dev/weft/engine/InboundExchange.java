package dev.weft.engine;

import dev.weft.bridge.Completion;
import dev.weft.bridge.Context;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.InboundCall;
import dev.weft.bridge.Peer;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.authz.Arrived;
import dev.weft.engine.authz.Telling;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Cluster.Workload;
import dev.weft.engine.config.SpiffeId;
import dev.weft.engine.extauthz.Edited;
import dev.weft.engine.telemetry.Audit;
import dev.weft.engine.telemetry.B3;
import dev.weft.engine.telemetry.Carried;
import dev.weft.engine.telemetry.Peers;
import dev.weft.engine.telemetry.RequestReport;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.SpanContext;
import dev.weft.engine.wire.Link;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One request that has arrived. While the application works on it, it is the {@link Context} in
 * which outbound requests are made: they take trace, request id and routing headers from here.
 */
final class InboundExchange implements InboundCall, RequestReport, Telling {

  private static final AtomicIntegerFieldUpdater<InboundExchange> STATE =
      AtomicIntegerFieldUpdater.newUpdater(InboundExchange.class, "state");
  private static final AtomicReferenceFieldUpdater<InboundExchange, @Nullable String> REQUEST_ID =
      AtomicReferenceFieldUpdater.newUpdater(InboundExchange.class, String.class, "requestId");

  // Bits of the state: fields of their own would cost every call a few bytes more.
  private static final int GRPC = 1;
  private static final int WANTS_METADATA = 2;
  private static final int OVER = 4;

  private final Engine engine;
  private RequestHead head; // another one before the verdict, or never
  private final Peer from;
  private final @Nullable Link link;
  private final Workload peer;
  private final Carried carried;
  private final B3 b3;
  private final @Nullable SpanContext span;
  private final long startNanos;
  private final long patience; // of the caller, from the start; NONE: not known
  private volatile @Nullable String requestId;

  private @Nullable List<Entry<String, String>> addedToResponse; // handed over by the verdict
  private HeaderEdits edits = HeaderEdits.NONE; // likewise
  private @Nullable List<String> unbelieved; // names of headers; null: not looked at yet
  private volatile int state;
  private int status;
  private int flags;
  private @Nullable String grpcStatus;
  private @Nullable Throwable failure;
  private long endNanos;

  /** Reads all it needs of the headers now: the server may reuse them for the next request. */
  InboundExchange(Engine engine, Peer from, RequestHead head) {
    Headers headers = head.headers();
    this.engine = engine;
    this.head = head;
    this.from = from;
    this.link = engine.wire == null ? null : engine.wire.arrivedBy(from);
    boolean grpc = Grpc.is(head);
    this.startNanos = engine.clock.getAsLong();
    String deadline = engine.settings.deadlineHeader();
    this.patience = deadline == null ? Deadlines.NONE : Deadlines.left(headers, deadline, grpc);
    Workload named = engine.peers.of(headers);
    // Nobody else has it yet: a fence would be for nothing.
    STATE.lazySet(this, (grpc ? GRPC : 0) | (named == null ? 0 : WANTS_METADATA));
    this.peer = Peers.credible(named, peerPrincipal());
    this.carried = Carried.of(headers, engine.plan().carried());
    this.requestId = carried.value(OutboundHeaders.REQUEST_ID);
    this.b3 = B3.of(headers);
    this.span = engine.tracing.span(headers, null);
  }

  /** What the current thread works for, when it is a request of this engine. */
  static @Nullable InboundExchange current() {
    return Context.current() instanceof InboundExchange inbound ? inbound : null;
  }

  Carried carried() {
    return carried;
  }

  B3 b3() {
    return b3;
  }

  /**
   * Bounds what this request causes: nobody waits for it longer than for the response to this. What
   * goes on after the response is somebody's background work, which nobody ever waited for.
   */
  void bound(OutboundExchange call) {
    if (patience != Deadlines.NONE && !is(OVER)) {
      call.makeCourse().endBy(startNanos + patience);
    }
  }

  /** The request's own id, or one for everything it causes. */
  String requestId() {
    String known = requestId;
    if (known == null) {
      REQUEST_ID.compareAndSet(this, null, RequestIds.next(engine.random));
      known = requestId;
    }
    return known == null ? "" : known;
  }

  /** Whether it asks for this workload's health, as anybody may. */
  boolean isProbe() {
    return engine.wire != null && engine.wire.isProbe(from, link, head);
  }

  /** Why the policy of this moment refuses it; null: it does not. */
  @Nullable String forbidden() {
    return engine.wire == null ? null : engine.wire.forbids(from, link);
  }

  @Override
  public void told(Audit.What what, String policy) {
    engine.audit.told(what, policy, this);
  }

  /** The request as policies look at it. */
  Arrived arrived() {
    return new Arrived(head, from, peerPrincipal(), link == null ? null : link.serverName());
  }

  /** What the application shall see otherwise of its headers besides, if it gets the request. */
  void edit(HeaderEdits changes) {
    if (changes.isEmpty()) {
      return;
    }
    List<String> remove = new ArrayList<>(edits.remove());
    remove.addAll(changes.remove());
    List<Entry<String, String>> add = new ArrayList<>();
    for (Entry<String, String> earlier : edits.add()) {
      if (changes.remove().stream().noneMatch(earlier.getKey()::equalsIgnoreCase)) {
        add.add(earlier);
      }
    }
    add.addAll(changes.add());
    edits = new HeaderEdits(remove, List.of(), add);
  }

  /** What makes of the request that arrived the one that the application gets. */
  HeaderEdits edits() {
    return edits;
  }

  private boolean is(int bit) {
    return (state & bit) != 0;
  }

  /** What the response shall carry besides, if the application gives it. */
  void addToResponse(List<Entry<String, String>> headers) {
    if (addedToResponse == null || addedToResponse.isEmpty()) {
      addedToResponse = headers;
    } else if (!headers.isEmpty()) {
      addedToResponse = new ArrayList<>(addedToResponse);
      addedToResponse.addAll(headers);
    }
  }

  /**
   * Names of headers that neither policies nor the application get to see. From now on the request
   * is without them.
   */
  List<String> unbelieved() {
    List<String> names = unbelieved;
    if (names == null) {
      Hearsay.Source source = source();
      names = Hearsay.names(head.headers(), source);
      unbelieved = names;
      if (!names.isEmpty()) {
        head =
            new RequestHead(
                head.library(),
                head.method(),
                head.scheme(),
                head.authority(),
                head.target(),
                Hearsay.without(head.headers(), source));
      }
    }
    return names;
  }

  private Hearsay.Source source() {
    SpiffeId principal = peerPrincipal();
    if (principal != null && engine.settings.gateways().contains(principal)) {
      return Hearsay.Source.GATEWAY;
    }
    // Where nobody has an identity, nobody can be told from a member.
    boolean isMember = principal != null || engine.wire == null;
    return isMember ? Hearsay.Source.MEMBER : Hearsay.Source.STRANGER;
  }

  /** From now on it is this request that is judged, and that the application gets. */
  void becomes(Edited request) {
    head = request.head();
    edits = request.edits();
  }

  List<Entry<String, String>> addedToResponse() {
    return addedToResponse == null ? List.of() : addedToResponse;
  }

  void flag(ResponseFlag flag) {
    flags |= flag.bit();
  }

  @Override
  public Verdict verdict() {
    return engine.admission.verdict(this);
  }

  @Override
  public HeaderEdits responding(int code, Headers headers) {
    status = code;
    if (grpc()) {
      grpcStatus = Grpc.status(headers);
    }
    return engine.admission.responding(this);
  }

  /** Whether the caller has told who it is, and so wants to know who we are. */
  boolean wantsMetadata() {
    return is(WANTS_METADATA);
  }

  @Override
  public void finished(int sent, Completion completion) {
    int before = state; // nothing else of it changes
    if ((before & OVER) != 0 || !STATE.compareAndSet(this, before, before | OVER)) {
      return;
    }
    status = sent;
    failure = completion.failure();
    String trailer = grpc() ? Grpc.status(completion.trailers()) : null;
    grpcStatus = trailer == null ? grpcStatus : trailer;
    if (failure != null) {
      flags |= ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION.bit();
    }
    endNanos = engine.clock.getAsLong();
    engine.inboundOver(this);
  }

  @Override
  public Side side() {
    return Side.DESTINATION;
  }

  @Override
  public RequestHead head() {
    return head;
  }

  @Override
  public Workload peer() {
    return peer;
  }

  @Override
  public Service service() {
    return engine.settings.local().service();
  }

  @Override
  public boolean grpc() {
    return is(GRPC);
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public @Nullable String grpcStatus() {
    return grpcStatus;
  }

  @Override
  public int flags() {
    return flags;
  }

  @Override
  public long startNanos() {
    return startNanos;
  }

  @Override
  public long endNanos() {
    return endNanos;
  }

  @Override
  public int tries() {
    return 0;
  }

  @Override
  public @Nullable SpanContext span() {
    return span;
  }

  @Override
  public @Nullable InetSocketAddress remote() {
    return from.remote();
  }

  @Nullable InetSocketAddress local() {
    return from.local();
  }

  @Override
  public @Nullable SpiffeId peerPrincipal() {
    return link == null ? null : link.principal();
  }

  @Override
  public @Nullable SpiffeId ownPrincipal() {
    return engine.wire == null || peerPrincipal() == null ? null : engine.wire.self();
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }
}
