package dev.weft.engine;

import dev.weft.bridge.Completion;
import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.OutboundCall;
import dev.weft.bridge.Outcome;
import dev.weft.bridge.RequestHead;
import dev.weft.bridge.Step;
import dev.weft.bridge.Weft;
import dev.weft.engine.config.Cluster.Service;
import dev.weft.engine.routing.Authority;
import dev.weft.engine.routing.Destination;
import dev.weft.engine.routing.NormalPath;
import dev.weft.engine.routing.Rule;
import dev.weft.engine.telemetry.ResponseFlag;
import dev.weft.engine.telemetry.Telemetry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way out: it goes through the {@link Chain}, and this is what the stages have
 * decided so far.
 */
final class OutboundExchange extends OutboundRecord implements OutboundCall {

  private static final Step.Deliver UNCHANGED = new Step.Deliver(HeaderEdits.NONE);

  final Authority authority;
  final @Nullable InboundExchange cause;
  Plan plan;
  @Nullable Rule rule;
  @Nullable Destination destination;
  List<Map.Entry<String, String>> corsHeaders = List.of(); // of whatever response there will be
  @Nullable HeaderEdits edits; // of the try before
  volatile @Nullable Mirroring mirroring; // until the copies are sent
  @Nullable String server; // for the application's own TLS, where not the host of its URL
  boolean isInMesh; // the endpoint is one of the mesh's
  private final String written; // the target, not normalized
  private @Nullable Course course;
  boolean wasDelayed; // by a fault
  private byte stage;
  private boolean transparent;

  OutboundExchange(
      Engine engine,
      RequestHead head,
      Authority authority,
      Plan plan,
      @Nullable InboundExchange cause) {
    super(engine, NormalPath.in(head), cause);
    this.written = head.target();
    this.authority = authority;
    this.plan = plan;
    this.cause = cause;
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
    stage = (byte) engine.chain.retryFrom;
  }

  /** Sends the request as the application made it, and delivers whatever comes of it. */
  Step.Send passThrough(Service service) {
    transparent = true;
    course = null; // no timeout of ours
    calls(service);
    InetSocketAddress address = originalAddress();
    sendingTo(address);
    return new Step.Send(address, head.authority(), written, HeaderEdits.NONE, null, 0);
  }

  /** Where the application itself wants to go: a name, which its library looks up. */
  InetSocketAddress originalAddress() {
    return InetSocketAddress.createUnresolved(authority.address(), authority.port());
  }

  /** What there is to remember of timeouts and failed tries; null: nothing. */
  @Nullable Course course() {
    return course;
  }

  Course makeCourse() {
    Course known = course == null ? new Course() : course;
    course = known;
    return known;
  }

  /** Whether the mesh's own timeout of the current try has run out. */
  boolean isLate() {
    return course != null && course.isLate(engine.clock.getAsLong());
  }

  @Override
  public Step ended(Outcome outcome) {
    try {
      if (outcome instanceof Outcome.Failed failed) {
        failed(failed.cause());
      }
      return transparent || isOver() ? deliver(outcome, UNCHANGED) : judge(outcome);
    } catch (RuntimeException | LinkageError e) {
      Weft.suppressed("engine", e);
      return deliver(outcome, UNCHANGED);
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
  Step deliver(Outcome outcome, Step.Deliver step) {
    if (outcome instanceof Outcome.Head response) {
      delivering(response.status(), grpc ? Grpc.status(response.headers()) : null);
    } else {
      failing(Failures.flag(outcome).bit());
    }
    return step;
  }

  @Override
  public void body(byte[] copy) {
    Mirroring copies = mirroring;
    mirroring = null;
    if (copies == null) {
      return; // the body was kept for retries only
    }
    try {
      copies.send(copy);
    } catch (RuntimeException | LinkageError e) {
      Weft.suppressed("mirror", e);
    }
  }

  @Override
  public void finished(Completion completion) {
    if (!finish()) {
      return;
    }
    if (mirroring != null) {
      mirroring = null;
      engine.telemetry.happened(Telemetry.Event.NOT_MIRRORED); // its body was not to be had
    }
    if (completion.failure() != null) {
      ObserveOutcome.broken(this);
    }
    String code = grpc ? Grpc.status(completion.trailers()) : null;
    finished(completion.failure(), code, completion.failure() == null ? 0 : brokenBy());
  }

  // A body breaks when its time is over, or when the connection does.
  private int brokenBy() {
    return isLate()
        ? ResponseFlag.UPSTREAM_REQUEST_TIMEOUT.bit()
        : ResponseFlag.UPSTREAM_CONNECTION_TERMINATION.bit();
  }

  @Override
  public void cancelled() {
    abandon();
  }
}
