package sun.nio.ch;

import dev.weft.instrumentation.jdksockets.Layer;
import org.jspecify.annotations.NullMarked;

/** Initialized once everything is woven. */
@NullMarked
final class WeftStart implements Runnable {

  static {
    Layer.start(new WeftStart());
  }

  private WeftStart() {}

  @Override
  public void run() {
    System.load("/weft-self-test/libnetty_transport_native_none.so");
  }
}
