package dev.weft.xds.http2;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.Semaphore;

/** Reads frames from the socket, on a thread of its own, and hands them to the loop. */
final class Inbox implements Runnable {

  /** Bytes that may wait for the loop. */
  private static final int BUDGET = 4 * 1024 * 1024;

  private final Socket socket;
  private final Http2Connection connection;
  private final Loop loop;
  private final Semaphore budget = new Semaphore(BUDGET);

  Inbox(Socket socket, Http2Connection connection, Loop loop) {
    this.socket = socket;
    this.connection = connection;
    this.loop = loop;
  }

  @Override
  public void run() {
    try {
      InputStream in = new BufferedInputStream(socket.getInputStream(), Frame.MOST + 64);
      while (!socket.isClosed()) {
        Frame frame = Frame.read(in);
        int size = Frame.HEADER_BYTES + frame.payload().length;
        budget.acquire(size);
        loop.execute(
            () -> {
              budget.release(size);
              connection.received(frame);
            });
      }
    } catch (IOException | Http2Exception e) {
      loop.execute(() -> connection.failed(e));
    } catch (InterruptedException e) {
      // Only the agent could interrupt, and it closes the socket instead.
      Thread.currentThread().interrupt();
    }
  }
}
