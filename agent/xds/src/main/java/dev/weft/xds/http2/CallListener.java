package dev.weft.xds.http2;

/** What arrives on a call; on the loop. */
public interface CallListener {

  /** One whole message. */
  void message(byte[] bytes);

  /** The call has ended, by whichever side; the last event. */
  void closed(GrpcStatus status);
}
