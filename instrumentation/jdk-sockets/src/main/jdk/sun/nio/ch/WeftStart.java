package sun.nio.ch;

import dev.weft.instrumentation.jdksockets.Layer;
import dev.weft.instrumentation.jdksockets.NativeLoading;
import org.jspecify.annotations.NullMarked;

/** Initialized once everything is woven. */
@NullMarked
final class WeftStart implements NativeLoading {

  static {
    Layer.start(new WeftStart());
  }

  private WeftStart() {}

  @Override
  public void byFile() {
    System.load("/weft-self-test/libnetty_transport_native_none.so");
  }

  @Override
  public void byName() {
    System.loadLibrary("netty_transport_native_none");
  }
}
