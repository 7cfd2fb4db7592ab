package dev.weft.xds.callout;

import dev.weft.xds.Backoff;
import dev.weft.xds.ChannelFactory;
import dev.weft.xds.ControlLog;
import dev.weft.xds.callout.Callouts.Target;
import dev.weft.xds.http2.Http2Connection;
import dev.weft.xds.http2.Loop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one address, or the lack of it; on the loop. Calls wait for a connection that
 * is being made, and fail at once while the next attempt is not due.
 */
final class Line {

  private static final int MOST_WAITING = 1000;
  private static final int MOST_MESSAGE_BYTES = 1024 * 1024;
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(2);

  private final Surroundings around;
  private final Target target;
  private final Backoff backoff;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private @Nullable Open open;
  private boolean connecting;
  private boolean told;
  private String problem = "";
  private long blockedUntil;
  private long lastUse;
  private boolean closed;

  /** What all lines share. */
  record Surroundings(Loop loop, ChannelFactory channels, ControlLog log, String userAgent) {}

  Line(Surroundings around, Target target, Backoff backoff) {
    this.around = around;
    this.target = target;
    this.backoff = backoff;
    this.blockedUntil = around.loop.now();
  }

  void take(Pending call) {
    lastUse = around.loop.now();
    call.timed(around.loop.after(call.timeout(), () -> timeOut(call)));
    if (open == null && !connecting && blockedUntil - lastUse > 0) {
      call.fail(problem);
    } else if (waiting.size() >= MOST_WAITING) {
      call.fail(MOST_WAITING + " calls wait already");
    } else {
      waiting.add(call);
      proceed();
    }
  }

  private void proceed() {
    Open over = open;
    if (over == null) {
      connect();
      return;
    }
    while (!waiting.isEmpty() && over.hasRoom()) {
      Pending next = waiting.remove();
      if (!next.isOver()) {
        over.begin(next);
      }
    }
    if (over.isWorn()) {
      open = null; // the next call opens another
    }
  }

  private void timeOut(Pending call) {
    Open over = open;
    if (!call.isOver() && over != null) {
      over.askForLife();
    }
    call.timeOut();
  }

  private void connect() {
    if (connecting || closed) {
      return;
    }
    connecting = true;
    Thread unused =
        around.loop.start(
            "connect",
            () -> {
              try {
                InetSocketAddress address = target.address();
                Socket socket =
                    around.channels.open(
                        address.isUnresolved()
                            ? address.getHostString()
                            : address.getAddress().getHostAddress(),
                        address.getPort(),
                        CONNECT);
                around.loop.execute(() -> opened(socket));
              } catch (IOException e) {
                around.loop.execute(() -> failed("cannot connect: " + e.getMessage()));
              }
            });
  }

  private void opened(Socket socket) {
    connecting = false;
    Open opened = new Open();
    Http2Connection.Peer peer =
        new Http2Connection.Peer(
            target.authority(), around.channels.scheme(), around.userAgent, MOST_MESSAGE_BYTES);
    Http2Connection connection = Http2Connection.start(socket, around.loop, peer, opened);
    opened.connection = connection;
    if (closed) {
      connection.close();
      return;
    }
    open = opened;
    proceed();
  }

  /** There is no connection, and will not be one for a while. */
  private void failed(String reason) {
    connecting = false;
    problem = reason;
    blockedUntil = around.loop.now() + backoff.next().toNanos();
    if (!told) {
      told = true;
      around.log.warn(
          "no answer from " + target.authority() + " at " + target.address() + ": " + reason);
    }
    while (!waiting.isEmpty()) {
      waiting.remove().fail(reason);
    }
  }

  boolean isIdle(Duration since) {
    return around.loop.now() - lastUse >= since.toNanos()
        && waiting.isEmpty()
        && (open == null || open.active == 0);
  }

  void close() {
    closed = true;
    while (!waiting.isEmpty()) {
      waiting.remove().fail("closed");
    }
    Open over = open;
    open = null;
    if (over != null) {
      over.fail("closed");
    }
  }

  /** A connection, and what is under way there. */
  private final class Open implements Http2Connection.Listener {

    private @Nullable Http2Connection connection;
    private int active;
    private boolean greeted;
    private boolean questioned;

    boolean hasRoom() {
      return connection != null && active < connection.mostCalls();
    }

    /** Whether it takes no more calls, because it has had too many. */
    boolean isWorn() {
      return connection != null && connection.leaveIfWorn();
    }

    void begin(Pending call) {
      if (connection != null) {
        active++;
        call.send(connection, this::over);
      }
    }

    private void over() {
      active--;
      if (open == this) {
        proceed();
      }
    }

    void fail(String reason) {
      if (connection != null) {
        connection.fail(reason);
      }
    }

    /** A call was too late: is anybody there at all? */
    void askForLife() {
      if (questioned || connection == null) {
        return;
      }
      questioned = true;
      connection.ping(() -> questioned = false);
      Runnable unused =
          around.loop.after(
              SIGN_OF_LIFE,
              () -> {
                if (questioned && open == this) {
                  open = null;
                  String reason = "no sign of life within " + SIGN_OF_LIFE.toMillis() + " ms";
                  fail(reason);
                  failed(reason);
                }
              });
    }

    @Override
    public void greeted() {
      greeted = true;
      told = false;
      backoff.succeeded();
    }

    @Override
    public boolean leaving() {
      if (open == this) {
        open = null; // what is under way there ends there, the next calls go elsewhere
        if (!waiting.isEmpty()) {
          proceed();
        }
      }
      return true;
    }

    @Override
    public void lost(String reason) {
      if (open != this) {
        return;
      }
      open = null;
      if (!greeted) {
        failed(reason);
      } else if (!waiting.isEmpty()) {
        proceed();
      }
    }
  }
}
