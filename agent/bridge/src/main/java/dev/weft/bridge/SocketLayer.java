package dev.weft.bridge;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The woven socket layer of this JVM, for the runtime: see {@link Weft#sockets()}. */
public interface SocketLayer {

  /**
   * Sends bytes through loopback connections of every kind that the JDK has, and watches whether
   * every hook acts. A hook that does not act is a hole: nothing that must be guarded may be served
   * then. Takes some tens of milliseconds; runs on the calling thread.
   *
   * @return what did not act or did not come through, for people; empty: all is well
   */
  List<String> selfTest();

  /**
   * How long a connection may take from its first byte, or an accepted one from its accept, to the
   * end of its handshake. Initially ten seconds.
   */
  void handshakeTimeout(Duration timeout);

  /**
   * Whether libraries may load native transports, whose connections bypass this layer. Initially
   * not: loading one fails, and libraries fall back to the JDK's sockets or fail to start.
   *
   * @param told of each that is loaded or would be, by the name of its library; quick, and safe
   *     from any thread
   */
  void nativeTransports(boolean allowed, Consumer<String> told);
}
