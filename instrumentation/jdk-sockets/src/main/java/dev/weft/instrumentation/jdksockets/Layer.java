package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.SocketLayer;
import dev.weft.bridge.Weft;
import java.time.Duration;
import java.util.List;

/** The layer's side towards the runtime; there from the moment on that everything is woven. */
public final class Layer implements SocketLayer {

  private final Runnable nativeTransport;

  private Layer(Runnable nativeTransport) {
    this.nativeTransport = nativeTransport;
  }

  /**
   * Called from inside java.base.
   *
   * @param nativeTransport tries to load one that is not there: only there it may, without a word
   *     of the JVM's
   */
  public static void start(Runnable nativeTransport) {
    NativeTransports.allow(false);
    Weft.install(new Layer(nativeTransport));
  }

  @Override
  public List<String> selfTest() {
    return SelfTest.run(nativeTransport);
  }

  @Override
  public void handshakeTimeout(Duration timeout) {
    Patience.handshake(timeout);
  }

  @Override
  public void nativeTransports(boolean allowed) {
    NativeTransports.allow(allowed);
  }

  @Override
  public List<String> bypasses() {
    return NativeTransports.loaded();
  }
}
