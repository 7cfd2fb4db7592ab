package dev.weft.engine;

import dev.weft.bridge.Completion;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.bridge.Weft;
import dev.weft.engine.balance.Upstream;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.config.Route;
import dev.weft.engine.routing.Authority;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.routing.Rule;
import dev.weft.engine.routing.Rules;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.Telemetry;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way out: it goes through the {@link Chain}, and this is what the stages have
 * decided so far.
 */
final class OutboundExchange extends OutboundRecord implements OutboundCall {

  private static final Step.Deliver UNCHANGED = new Step.Deliver(HeaderEdits.NONE);
  private static final ResponseFlag TIMEOUT = ResponseFlag.UPSTREAM_REQUEST_TIMEOUT;
  private static final ResponseFlag TERMINATION = ResponseFlag.UPSTREAM_CONNECTION_TERMINATION;

  private final Engine engine;
  private int stage;
  private boolean transparent;

  /** The application's headers, and beneath them those carried over from its own caller. */
  final Headers headers;

  final Authority authority;
  final @Nullable InboundExchange cause;

  // Of the call.
  Plan plan;
  @Nullable Rules rules;
  @Nullable Rule rule;
  Route.Action.@Nullable Forward forward;
  @Nullable Destination destination;
  boolean isInMesh; // the endpoint is one of the mesh's
  boolean hasDeadline;
  long deadlineNanos;
  @Nullable List<Map.Entry<String, String>> headersToSet; // the same for every try but its number
  boolean began; // some byte of some try may have left
  int retries;

  // Of the current try.
  @Nullable Upstream upstream;
  @Nullable List<Upstream> tried;
  boolean timesOut; // it has a timeout of the mesh
  boolean timesOutFinally; // which is that of the whole call
  long tryDeadlineNanos;

  OutboundExchange(
      Engine engine,
      RequestHead head,
      Authority authority,
      Plan plan,
      @Nullable InboundExchange cause) {
    super(engine, head, cause);
    this.engine = engine;
    this.authority = authority;
    this.plan = plan;
    this.cause = cause;
    this.headers = cause == null ? head.headers() : cause.carried().beneath(head.headers());
  }

  @Override
  public Step start() {
    engine.outboundBegins();
    return proceed();
  }

  @Override
  public Step resume() {
    return proceed();
  }

  /** Goes on from the stage it came to. */
  Step proceed() {
    try {
      while (true) {
        Step step = engine.chain.sending.get(stage).decide(this);
        if (step != null) {
          return step;
        }
        stage++;
      }
    } catch (RuntimeException | LinkageError e) {
      return degrade(e);
    }
  }

  // Our own fault must not be the application's: the request goes as it would without us. But not
  // a second time: what has been sent is not sent again because of us.
  private Step degrade(Throwable fault) {
    Weft.suppressed("engine", fault);
    engine.telemetry.happened(Telemetry.Event.DEGRADED);
    endTry();
    return tries() == 0
        ? passThrough(Service.UNKNOWN)
        : LocalReply.to(this, 503, "mesh: a retry failed", ResponseFlag.LOCAL_RESET);
  }

  /** Picks an endpoint anew when the call goes on. */
  void retry() {
    stage = engine.chain.retryFrom;
  }

  /** Sends the request as the application made it, and delivers whatever comes of it. */
  Step.Send passThrough(Service service) {
    transparent = true;
    timesOut = false;
    calls(service);
    InetSocketAddress address = originalAddress();
    sendingTo(address);
    return new Step.Send(address, head.authority(), head.target(), HeaderEdits.NONE, null, 0);
  }

  /** Where the application itself wants to go: a name, which its library looks up. */
  InetSocketAddress originalAddress() {
    return InetSocketAddress.createUnresolved(authority.address(), authority.port());
  }

  /** Endpoints that failed; not to be changed by others than a retry. */
  List<Upstream> tried() {
    return tried == null ? List.of() : tried;
  }

  /** The endpoint of the current try has failed. */
  void avoidUpstream() {
    if (upstream != null) {
      tried = tried == null ? new ArrayList<>(4) : tried;
      tried.add(upstream);
    }
  }

  @Override
  public Step ended(Outcome outcome) {
    try {
      if (outcome instanceof Outcome.Failed failed) {
        failed(failed.cause());
      }
      return transparent || isOver() ? deliver(outcome, HeaderEdits.NONE) : judge(outcome);
    } catch (RuntimeException | LinkageError e) {
      Weft.suppressed("engine", e);
      return deliver(outcome, HeaderEdits.NONE);
    }
  }

  private Step judge(Outcome outcome) {
    for (Stage.Judge judge : engine.chain.judging) {
      Step step = judge.judge(this, outcome);
      if (step != null) {
        return step;
      }
    }
    throw new IllegalStateException("no judge decided on " + outcome);
  }

  /** Hands up what the last try gave. */
  Step deliver(Outcome outcome, HeaderEdits edits) {
    if (outcome instanceof Outcome.Head response) {
      delivering(response.status(), grpc ? Grpc.status(response.headers()) : null);
    } else {
      failing(Failures.flag(outcome));
    }
    return edits.isEmpty() ? UNCHANGED : new Step.Deliver(edits);
  }

  @Override
  public void body(byte[] copy) {
    // Bodies are kept for retries only: no rule of this version mirrors.
  }

  @Override
  public void finished(Completion completion) {
    if (!finish()) {
      return;
    }
    String code = grpc ? Grpc.status(completion.trailers()) : null;
    if (completion.failure() == null) {
      finished(null, code);
    } else {
      finished(completion.failure(), code, isLate() ? TIMEOUT : TERMINATION);
    }
  }

  /**
   * Whether the mesh's own timeout of the try has run out (rather than one of the library). Timers
   * are allowed to be a little early.
   */
  boolean isLate() {
    return timesOut && engine.clock.getAsLong() - tryDeadlineNanos >= -Engine.EARLY_NANOS;
  }

  /** Time left for the whole call; only when it has a deadline. */
  long nanosLeft() {
    return deadlineNanos - engine.clock.getAsLong();
  }

  @Override
  public void cancelled() {
    abandon();
  }
}
