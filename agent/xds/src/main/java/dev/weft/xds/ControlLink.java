package dev.weft.xds;

import dev.weft.xds.http2.Http2Connection;
import dev.weft.xds.http2.Loop;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection: connects, notices silence, and connects again after a jittered, growing
 * while. On the loop, besides the connecting itself.
 */
final class ControlLink {

  private final Loop loop;
  private final ControlSettings settings;
  private final ChannelFactory channels;
  private final Backoff backoff;
  private final Listener listener;
  private @Nullable Http2Connection connection;
  private Runnable watch = () -> {};
  private boolean closed;

  /** What the owner is told. */
  interface Listener {

    /** Speak over this one now. */
    void connected(Http2Connection over);

    /** The connection, or the attempt at one, has failed; another follows after this while. */
    void lost(String reason, Duration retry);
  }

  ControlLink(
      Loop loop,
      ControlSettings settings,
      ChannelFactory channels,
      Backoff backoff,
      Listener listener) {
    this.loop = loop;
    this.settings = settings;
    this.channels = channels;
    this.backoff = backoff;
    this.listener = listener;
  }

  void connect() {
    if (!closed) {
      loop.start("connect", this::open);
    }
  }

  private void open() {
    Duration timeout = settings.timing().connect();
    try {
      Socket socket = channels.open(settings.host(), settings.port(), timeout);
      loop.execute(() -> opened(socket));
    } catch (IOException e) {
      loop.execute(() -> lost("cannot connect: " + e.getMessage()));
    }
  }

  private void opened(Socket socket) {
    Http2Connection.Peer peer =
        new Http2Connection.Peer(
            settings.authority(),
            channels.scheme(),
            "weft/" + settings.workload().process().agentVersion(),
            ControlClient.MOST_MESSAGE_BYTES);
    Http2Connection opened = Http2Connection.start(socket, loop, peer, new Events());
    connection = opened;
    if (closed) {
      opened.close();
      return;
    }
    Duration limit = settings.timing().answer();
    watch = loop.after(limit, () -> fail("no answer within " + limit.toMillis() + " ms"));
    listener.connected(opened);
  }

  /** The control service answers as it should. */
  void answered() {
    backoff.succeeded();
    keepAlive();
  }

  private void keepAlive() {
    watch.run();
    watch = loop.after(settings.timing().keepAlive(), this::askForLife);
  }

  private void askForLife() {
    Duration limit = settings.timing().keepAlive().dividedBy(2);
    watch = loop.after(limit, () -> fail("no sign of life within " + limit.toMillis() + " ms"));
    if (connection != null) {
      connection.ping(this::keepAlive);
    }
  }

  /** Gives the connection up, and tries another. */
  void fail(String reason) {
    Http2Connection over = connection;
    if (over != null) {
      connection = null;
      over.close();
      lost(reason);
    }
  }

  private void lost(String reason) {
    connection = null;
    watch.run();
    if (!closed) {
      Duration delay = backoff.next();
      listener.lost(reason, delay);
      loop.after(delay, this::connect);
    }
  }

  void close() {
    closed = true;
    watch.run();
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  private final class Events implements Http2Connection.Listener {

    @Override
    public void greeted() {
      // The first answer counts, not the first frame.
    }

    @Override
    public void lost(String reason) {
      if (connection != null) {
        ControlLink.this.lost(reason);
      }
    }
  }
}
