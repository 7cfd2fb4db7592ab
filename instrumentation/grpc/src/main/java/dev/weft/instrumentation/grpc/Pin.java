package dev.weft.instrumentation.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What one try carries through its channel: where its stream must go, and what became of that
 * stream. gRPC tells the latter to tracers only.
 */
final class Pin extends ClientStreamTracer.Factory {

  static final CallOptions.Key<@Nullable Pin> KEY = CallOptions.Key.create("weft-pin");

  /** What HTTP/2 adds to each message, so that empty ones count too. */
  private static final int MESSAGE_HEADER = 5;

  private final InetSocketAddress address;
  private final int keep;
  private final Runnable tooMuch;

  private volatile @Nullable Endpoint endpoint;
  private volatile boolean unreachable;
  private volatile boolean created;
  private volatile boolean answered;

  /**
   * @param keep how many bytes of messages may be kept for another try
   * @param tooMuch called when more than that were sent, maybe more than once
   */
  Pin(InetSocketAddress address, int keep, Runnable tooMuch) {
    this.address = address;
    this.keep = keep;
    this.tooMuch = tooMuch;
  }

  InetSocketAddress address() {
    return address;
  }

  @Nullable Endpoint endpoint() {
    return endpoint;
  }

  void bind(Endpoint bound) {
    endpoint = bound;
  }

  /** Its endpoint could not be connected to. */
  void unreachable() {
    unreachable = true;
  }

  boolean isUnreachable() {
    return unreachable && !created;
  }

  /** There was a connection, and something of the request may have been sent over it. */
  boolean isCreated() {
    return created;
  }

  /** The server ended the stream itself: status and trailers are its own. */
  boolean isAnswered() {
    return answered;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      private long sent;

      @Override
      public void streamCreated(Attributes transport, Metadata sentHeaders) {
        created = true;
      }

      @Override
      public void inboundTrailers(Metadata trailers) {
        answered = true;
      }

      @Override
      public void outboundMessage(int number) {
        count(MESSAGE_HEADER);
      }

      @Override
      public void outboundUncompressedSize(long bytes) {
        count(bytes);
      }

      /** One thread at a time: that which writes the stream's messages. */
      private void count(long bytes) {
        sent += bytes;
        if (sent > keep) {
          tooMuch.run();
        }
      }
    };
  }
}
