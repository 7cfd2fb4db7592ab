package dev.weft.xds.callout;

import dev.weft.xds.AgentLoop;
import dev.weft.xds.Backoff;
import dev.weft.xds.ChannelFactory;
import dev.weft.xds.ControlLog;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Asks gRPC services what becomes of a request: one message there, one back. A connection is opened
 * when it is first needed, carries as many calls at once as the service allows, and is given up
 * when nobody has needed it for a while. Beneath it the mesh's TLS is as for any other connection
 * of this process.
 */
public final class Callouts implements AutoCloseable {

  /** Of an address that nobody asks any more. */
  static final Duration IDLE = Duration.ofMinutes(5);

  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LAST_RETRY = Duration.ofSeconds(5);

  private final AgentLoop loop;
  private final Executor worker;
  private final ControlLog log;
  private final String userAgent;
  private final SplittableRandom random = new SplittableRandom();
  private final ChannelFactory channels = ChannelFactory.plaintext();

  // On the loop.
  private final Map<Target, Line> lines = new HashMap<>();

  /**
   * @param worker completes the answers: its threads may run the application's code
   * @param userAgent of every call
   */
  public Callouts(Executor worker, ControlLog log, String userAgent) {
    // Not marked as the agent's: whether mesh TLS is spoken is the socket layer's decision.
    this.loop = new AgentLoop("callout", null, log);
    this.worker = worker;
    this.log = log;
    this.userAgent = userAgent;
  }

  /**
   * Who is asked.
   *
   * @param address unresolved: the name is looked up for each connection
   * @param authority what it is called by
   */
  public record Target(InetSocketAddress address, String authority) {}

  /** What came of it. */
  public sealed interface Reply {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Message(byte[] bytes) implements Reply {}

    /** For people: no connection, a status other than OK, no answer in time. */
    record Failed(String reason) implements Reply {}
  }

  /**
   * One call.
   *
   * @param method {@code package.Service/Method}
   * @param timeout of all of it, connecting included
   * @return completes on the worker, within the timeout, never exceptionally
   */
  public CompletionStage<Reply> call(
      Target target, String method, byte[] request, Duration timeout) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    Pending call =
        new Pending(method, request, timeout, it -> worker.execute(() -> reply.complete(it)));
    loop.execute(() -> line(target).take(call));
    return reply;
  }

  private Line line(Target target) {
    return lines.computeIfAbsent(target, this::made);
  }

  private Line made(Target target) {
    Line line =
        new Line(
            new Line.Surroundings(loop, channels, log, userAgent),
            target,
            new Backoff(FIRST_RETRY, LAST_RETRY, random));
    forgetWhenIdle(target, line);
    return line;
  }

  private void forgetWhenIdle(Target target, Line line) {
    Runnable unused =
        loop.after(
            IDLE,
            () -> {
              if (line.isIdle(IDLE)) {
                lines.remove(target);
                line.close();
              } else {
                forgetWhenIdle(target, line);
              }
            });
  }

  /** Ends all connections; calls that are under way fail. */
  @Override
  public void close() {
    loop.execute(
        () -> {
          lines.values().forEach(Line::close);
          lines.clear();
          loop.close();
        });
  }
}
