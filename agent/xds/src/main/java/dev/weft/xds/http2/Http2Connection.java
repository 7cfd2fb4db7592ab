package dev.weft.xds.http2;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A client's connection; on the loop, besides {@link #start}. */
public final class Http2Connection {

  static final int STREAM_WINDOW = 1024 * 1024;
  private static final int CONNECTION_WINDOW = 4 * STREAM_WINDOW;
  private static final int INITIAL_WINDOW = 65_535;

  /** How long a goodbye may take before the socket is closed over it. */
  public static final Duration LINGER = Duration.ofSeconds(1);

  /** Far enough below the last number there is. */
  private static final int LAST_STREAM = 1 << 30;

  private static final byte[] NOTHING = {};

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final Loop loop;
  private final Listener listener;
  private final Peer peer;
  private final Outbox outbox;
  private final Map<Integer, Call> calls = new TreeMap<>();
  private final List<Runnable> pings = new ArrayList<>();
  private int nextStream = 1;
  private long sendWindow = INITIAL_WINDOW;
  private int initialSendWindow = INITIAL_WINDOW;
  private int received; // bytes since our last window update
  private final HeaderBlock headerBlock = new HeaderBlock();
  private long mostCalls = Integer.MAX_VALUE;
  private boolean greeted;
  private boolean leaving;
  private boolean closed;

  /** What the owner is told; on the loop. */
  public interface Listener {

    /** The peer speaks HTTP/2. */
    void greeted();

    /**
     * The peer takes no more calls. True: those that are under way shall end there, and the
     * connection with the last of them; nothing more is said of it. False: all is lost.
     */
    default boolean leaving() {
      return false;
    }

    /** The connection is gone, and why; before its calls are told. Not after {@code close}. */
    void lost(String reason);
  }

  /**
   * @param authority host and port, as requests carry it
   * @param scheme {@code http} or {@code https}
   * @param userAgent of every request
   * @param mostMessageBytes longer messages end the connection
   */
  public record Peer(String authority, String scheme, String userAgent, int mostMessageBytes) {}

  private Http2Connection(Socket socket, Loop loop, Peer peer, Listener listener) {
    this.socket = socket;
    this.loop = loop;
    this.peer = peer;
    this.listener = listener;
    this.outbox = new Outbox(socket, e -> loop.execute(() -> failed(e)));
  }

  /** Speaks over a connected socket, which is this connection's from now on. */
  public static Http2Connection start(Socket socket, Loop loop, Peer peer, Listener listener) {
    Http2Connection connection = new Http2Connection(socket, loop, peer, listener);
    connection.guarded(connection::greet);
    loop.start("out", connection.outbox);
    loop.start("in", new Inbox(socket, connection, loop));
    return connection;
  }

  private void greet() throws Http2Exception {
    outbox.add(PREFACE);
    byte[] settings = new byte[18];
    setting(settings, 0, 1, 0); // HEADER_TABLE_SIZE: no dynamic table
    setting(settings, 6, 2, 0); // ENABLE_PUSH: no
    setting(settings, 12, 4, STREAM_WINDOW);
    write(new Frame(Frame.SETTINGS, 0, 0, settings));
    write(Frame.number(Frame.WINDOW_UPDATE, 0, CONNECTION_WINDOW - INITIAL_WINDOW));
  }

  private static void setting(byte[] settings, int at, int id, int value) {
    settings[at + 1] = (byte) id;
    Frame.putInt(settings, at + 2, value);
  }

  /**
   * Opens a call.
   *
   * @param method {@code package.Service/Method}
   */
  public Call call(String method, CallListener callListener) {
    return call(method, List.of(), callListener);
  }

  /**
   * Opens a call.
   *
   * @param metadata names, lower case, and values
   */
  public Call call(
      String method, List<Map.Entry<String, String>> metadata, CallListener callListener) {
    Call call = new Call(this, nextStream, callListener);
    if (closed) {
      loop.execute(() -> call.end(GrpcStatus.unavailable("connection is closed")));
      return call;
    }
    calls.put(nextStream, call);
    List<Map.Entry<String, String>> fields =
        new ArrayList<>(
            List.of(
                Map.entry(":method", "POST"),
                Map.entry(":scheme", peer.scheme()),
                Map.entry(":path", "/" + method),
                Map.entry(":authority", peer.authority()),
                Map.entry("content-type", "application/grpc"),
                Map.entry("te", "trailers"),
                Map.entry("user-agent", peer.userAgent())));
    fields.addAll(metadata);
    Frame headers = new Frame(Frame.HEADERS, Frame.END_HEADERS, nextStream, Hpack.encode(fields));
    nextStream += 2;
    guarded(() -> write(headers));
    return call;
  }

  /** How many calls the peer takes at the same time. */
  public long mostCalls() {
    return mostCalls;
  }

  /**
   * Whether the numbers of calls run out: then it ends with the last call that is under way, and
   * nothing more is said of it.
   */
  public boolean leaveIfWorn() {
    if (nextStream >= LAST_STREAM && !leaving) {
      leaving = true;
      endIfDone();
    }
    return leaving;
  }

  /** Gives it up: calls that are under way fail. */
  public void fail(String reason) {
    failed(new IOException(reason));
  }

  private void endIfDone() {
    if (leaving && calls.isEmpty()) {
      close();
    }
  }

  /** Asks for a sign of life. */
  public void ping(Runnable answered) {
    pings.add(answered);
    guarded(() -> write(new Frame(Frame.PING, 0, 0, new byte[8])));
  }

  /** Ends the connection in good order. Nobody hears any more of it. */
  public void close() {
    if (!closed) {
      closed = true;
      outbox.finish(Frame.goAway(Http2Exception.NO_ERROR, "").encoded());
      loop.after(LINGER, this::closeSocket);
      calls.clear();
    }
  }

  void received(Frame frame) {
    if (!closed) {
      guarded(() -> handle(frame));
    }
  }

  private void handle(Frame frame) throws Http2Exception {
    if (!greeted) {
      if (frame.type() != Frame.SETTINGS || frame.has(Frame.ACK)) {
        throw Http2Exception.protocol(
            "first frame of type " + frame.type() + " (expected: SETTINGS): not HTTP/2?");
      }
      greeted = true;
      listener.greeted();
    }
    headerBlock.expect(frame);
    switch (frame.type()) {
      case Frame.DATA -> data(frame);
      case Frame.HEADERS, Frame.CONTINUATION -> headers(frame);
      case Frame.RST_STREAM -> resetByPeer(frame);
      case Frame.SETTINGS -> settings(frame);
      case Frame.PUSH_PROMISE -> throw Http2Exception.protocol("push, which we have forbidden");
      case Frame.PING -> ping(frame);
      case Frame.GOAWAY -> goneAway(frame);
      case Frame.WINDOW_UPDATE -> widen(frame);
      default -> {
        // PRIORITY and whatever else there may be is to be ignored.
      }
    }
  }

  private void data(Frame frame) throws Http2Exception {
    Call call = known(frame);
    if (call != null) {
      call.data(frame);
    }
    received += frame.payload().length;
    if (received > CONNECTION_WINDOW / 2) {
      write(Frame.number(Frame.WINDOW_UPDATE, 0, received));
      received = 0;
    }
  }

  /** Null for a call that has ended already. */
  private @Nullable Call known(Frame frame) throws Http2Exception {
    Call call = calls.get(frame.stream());
    if (call == null && (frame.stream() % 2 == 0 || frame.stream() >= nextStream)) {
      throw Http2Exception.protocol(
          "frame type " + frame.type() + " for stream " + frame.stream() + ", never opened");
    }
    return call;
  }

  private void headers(Frame frame) throws Http2Exception {
    Call call = known(frame);
    if (headerBlock.add(frame)) {
      List<Map.Entry<String, String>> headers = headerBlock.take();
      if (call != null) {
        call.headers(headers, headerBlock.isLast());
      }
    }
  }

  private void resetByPeer(Frame frame) throws Http2Exception {
    Call call = known(frame);
    String reason = "stream reset: " + Http2Exception.name(frame.number(0));
    if (call != null) {
      call.end(GrpcStatus.unavailable(reason));
    }
  }

  private void settings(Frame frame) throws Http2Exception {
    if (frame.has(Frame.ACK)) {
      return;
    }
    byte[] payload = frame.payload();
    for (int at = 0; at + 6 <= payload.length; at += 6) {
      int id = ByteBuffer.wrap(payload, at, 2).getShort();
      int value = frame.number(at + 2);
      if (id == 3) {
        mostCalls = Integer.toUnsignedLong(value);
      }
      if (id == 4) {
        int change = value - initialSendWindow;
        initialSendWindow = value;
        for (Call call : List.copyOf(calls.values())) {
          call.widen(change);
        }
      }
    }
    write(Frame.empty(Frame.SETTINGS, Frame.ACK));
  }

  private void ping(Frame frame) throws Http2Exception {
    if (!frame.has(Frame.ACK)) {
      write(new Frame(Frame.PING, Frame.ACK, 0, frame.payload()));
    } else if (!pings.isEmpty()) {
      pings.remove(0).run();
    }
  }

  private void goneAway(Frame frame) throws Http2Exception {
    if (leaving) {
      return; // servers say it twice: first that they will, then with the last call they take
    }
    if (!listener.leaving()) {
      // Long calls: one that may stay now would be cut later, so all move at once.
      outbox.finish(NOTHING);
      lose("the peer ends the connection: " + frame.farewell());
      return;
    }
    leaving = true;
    int last = frame.number(0);
    for (Map.Entry<Integer, Call> each : List.copyOf(calls.entrySet())) {
      if (each.getKey() > last) {
        each.getValue().end(GrpcStatus.unavailable("not taken: the peer ends the connection"));
      }
    }
    endIfDone();
  }

  private void widen(Frame frame) throws Http2Exception {
    int by = frame.number(0);
    if (frame.stream() == 0) {
      sendWindow += by;
      if (sendWindow > Integer.MAX_VALUE) {
        throw Http2Exception.flowControl("connection window above 2^31-1");
      }
      for (Call call : List.copyOf(calls.values())) {
        call.pump();
      }
      return;
    }
    Call call = known(frame);
    if (call != null) {
      call.widen(by);
    }
  }

  int mostMessageBytes() {
    return peer.mostMessageBytes();
  }

  int initialSendWindow() {
    return initialSendWindow;
  }

  long sendWindow() {
    return sendWindow;
  }

  void useSendWindow(int bytes) {
    sendWindow -= bytes;
  }

  void write(Frame frame) throws Http2Exception {
    outbox.add(frame.encoded());
  }

  void reset(int stream, int code) throws Http2Exception {
    forget(stream);
    write(Frame.number(Frame.RST_STREAM, stream, code));
  }

  void forget(int stream) {
    calls.remove(stream);
    endIfDone();
  }

  /** What may find the peer at fault. */
  interface Step {
    void run() throws Http2Exception;
  }

  void guarded(Step step) {
    if (closed) {
      return;
    }
    try {
      step.run();
    } catch (Http2Exception e) {
      failed(e);
    }
  }

  void failed(Exception e) {
    if (closed) {
      return;
    }
    outbox.finish(
        e instanceof Http2Exception broken
            ? Frame.goAway(broken.code(), String.valueOf(e.getMessage())).encoded()
            : NOTHING);
    lose(e.getMessage() == null ? e.toString() : e.getMessage());
  }

  private void lose(String reason) {
    closed = true;
    loop.after(LINGER, this::closeSocket); // the writer does, unless it is stuck
    listener.lost(reason);
    endCalls(reason);
  }

  private void endCalls(String reason) {
    for (Call call : List.copyOf(calls.values())) {
      call.end(GrpcStatus.unavailable(reason));
    }
    calls.clear();
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed as far as we are concerned.
    }
  }
}
