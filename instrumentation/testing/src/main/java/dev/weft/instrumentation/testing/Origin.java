package dev.weft.instrumentation.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A server at the far end; its answers say which connection they came over: {@code X-Connection}.
 */
public interface Origin extends AutoCloseable {

  /** Holds answers back until it is opened. */
  final class Gate {
    private volatile CountDownLatch latch = new CountDownLatch(1);

    /** Lets through whoever waits; the next ones wait again. */
    public void open() {
      CountDownLatch waiting = latch;
      latch = new CountDownLatch(1);
      waiting.countDown();
    }

    void await() throws IOException {
      try {
        if (!latch.await(60, TimeUnit.SECONDS)) {
          throw new IOException("nobody opened the gate");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  InetSocketAddress address();

  Gate gate();

  /** Requests that arrived so far. */
  int requests();

  @Override
  void close();

  /** An address on which nobody listens. */
  static InetSocketAddress dead() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
