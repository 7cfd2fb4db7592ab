package dev.weft.instrumentation.jdksockets;

import dev.weft.bridge.SocketLayer;
import dev.weft.bridge.Weft;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The layer's side towards the runtime; there from the moment on that everything is woven. */
public final class Layer implements SocketLayer {

  private final NativeLoading loading;

  private Layer(NativeLoading loading) {
    this.loading = loading;
  }

  /**
   * Called from inside java.base.
   *
   * @param loading what only is possible there
   */
  public static void start(NativeLoading loading) {
    NativeTransports.allow(false, library -> {});
    Weft.install(new Layer(loading));
  }

  @Override
  public List<String> selfTest() {
    return SelfTest.run(loading);
  }

  @Override
  public void handshakeTimeout(Duration timeout) {
    Patience.handshake(timeout);
  }

  @Override
  public void nativeTransports(boolean allowed, Consumer<String> told) {
    NativeTransports.allow(allowed, told);
  }
}
