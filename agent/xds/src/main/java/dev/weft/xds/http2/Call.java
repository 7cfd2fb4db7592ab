package dev.weft.xds.http2;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One gRPC call with messages both ways; on the loop. */
public final class Call {

  private static final int PREFIX_BYTES = 5;

  private final Http2Connection connection;
  private final int id;
  private final CallListener listener;
  private final Messages messages;
  private final Deque<byte[]> outgoing = new ArrayDeque<>();
  private int sent; // bytes of the first outgoing message
  private long sendWindow;
  private int received; // bytes since our last window update
  private boolean closed;
  private boolean finished; // by us
  private boolean ended; // and the peer was told
  private @Nullable GrpcStatus httpFailure;
  private boolean headed;

  Call(Http2Connection connection, int id, CallListener listener) {
    this.connection = connection;
    this.id = id;
    this.listener = listener;
    this.messages = new Messages(connection.mostMessageBytes());
    this.sendWindow = connection.initialSendWindow();
  }

  /** Sends a message, as soon as the peer's windows allow. Ignored when the call has ended. */
  public void send(byte[] message) {
    if (closed) {
      return;
    }
    byte[] framed = new byte[PREFIX_BYTES + message.length];
    Frame.putInt(framed, 1, message.length);
    System.arraycopy(message, 0, framed, PREFIX_BYTES, message.length);
    outgoing.add(framed);
    connection.guarded(this::pump);
  }

  /** Ends the call without waiting for the peer; the listener hears no more. */
  public void cancel() {
    if (!closed) {
      closed = true;
      connection.guarded(() -> connection.reset(id, Http2Exception.CANCEL));
    }
  }

  /** Says that no message follows those that were sent. */
  public void finish() {
    if (!closed && !finished) {
      finished = true;
      connection.guarded(this::pump);
    }
  }

  void pump() throws Http2Exception {
    sendOutgoing();
    if (finished && !ended && outgoing.isEmpty()) {
      ended = true;
      connection.write(new Frame(Frame.DATA, Frame.END_STREAM, id, new byte[0]));
    }
  }

  private void sendOutgoing() throws Http2Exception {
    while (!outgoing.isEmpty()) {
      byte[] message = outgoing.getFirst();
      long window = Math.min(sendWindow, connection.sendWindow());
      int length = (int) Math.min(Math.min(message.length - sent, Frame.MOST), window);
      if (length <= 0) {
        return;
      }
      byte[] part = Arrays.copyOfRange(message, sent, sent + length);
      connection.write(new Frame(Frame.DATA, 0, id, part));
      connection.useSendWindow(length);
      sendWindow -= length;
      sent += length;
      if (sent == message.length) {
        outgoing.removeFirst();
        sent = 0;
      }
    }
  }

  void widen(long bytes) throws Http2Exception {
    sendWindow += bytes;
    if (sendWindow > Integer.MAX_VALUE) {
      throw Http2Exception.flowControl("window of stream " + id + " above 2^31-1");
    }
    pump();
  }

  void data(Frame frame) throws Http2Exception {
    for (byte[] message : messages.add(frame.content())) {
      if (closed) {
        return; // the listener cancelled
      }
      listener.message(message);
    }
    if (frame.has(Frame.END_STREAM)) {
      end(GrpcStatus.unavailable("stream ended without a status"));
    } else if (!closed) {
      received += frame.payload().length;
      if (received > Http2Connection.STREAM_WINDOW / 2) {
        connection.write(Frame.number(Frame.WINDOW_UPDATE, id, received));
        received = 0;
      }
    }
  }

  void headers(List<Map.Entry<String, String>> headers, boolean last) {
    String http = first(headers, ":status");
    String grpc = first(headers, "grpc-status");
    if (!headed && (http == null || !http.equals("200"))) {
      if (http != null && http.startsWith("1")) {
        return; // informational
      }
      httpFailure = GrpcStatus.ofHttp(String.valueOf(http));
    }
    headed = true;
    if (grpc != null) {
      end(status(grpc, first(headers, "grpc-message")));
    } else if (last) {
      end(GrpcStatus.unavailable("stream ended without a status"));
    }
  }

  private static GrpcStatus status(String code, @Nullable String message) {
    try {
      return new GrpcStatus(Integer.parseInt(code), message == null ? "" : percentDecoded(message));
    } catch (NumberFormatException e) {
      return new GrpcStatus(GrpcStatus.UNKNOWN, "grpc-status: " + code + " (expected: a number)");
    }
  }

  private static String percentDecoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // not encoded as it should be: shown as it came
    }
  }

  private static @Nullable String first(List<Map.Entry<String, String>> headers, String name) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equals(name)) {
        return header.getValue();
      }
    }
    return null;
  }

  /** The peer is done with the call, or the connection is; what HTTP said goes over silence. */
  void end(GrpcStatus status) {
    connection.forget(id);
    if (!closed) {
      closed = true;
      boolean silent = status.code() == GrpcStatus.UNAVAILABLE;
      listener.closed(httpFailure != null && silent ? httpFailure : status);
    }
  }

  /** This call, but not the connection, is broken by what the peer sent. */
  void refuse(GrpcStatus status) throws Http2Exception {
    connection.reset(id, Http2Exception.CANCEL);
    end(status);
  }
}
