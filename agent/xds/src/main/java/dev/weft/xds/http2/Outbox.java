package dev.weft.xds.http2;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Writes frames to the socket, on a thread of its own: a peer that does not read stalls only it.
 */
final class Outbox implements Runnable {

  /** Data waits for the peer's window before it comes here, so this many means a hostile peer. */
  private static final int MOST = 10_000;

  private static final byte[] END = {};

  private final Socket socket;
  private final Consumer<IOException> failed;
  private final LinkedBlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();

  Outbox(Socket socket, Consumer<IOException> failed) {
    this.socket = socket;
    this.failed = failed;
  }

  void add(byte[] bytes) throws Http2Exception {
    if (queue.size() >= MOST) {
      throw Http2Exception.calm(MOST + " frames wait to be written: the peer does not read");
    }
    queue.add(bytes);
  }

  /** Writes what is waiting and these bytes, then closes the socket. */
  void finish(byte[] last) {
    queue.add(last);
    queue.add(END);
  }

  @Override
  public void run() {
    try (socket) {
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), Frame.MOST + 64);
      byte[] next = queue.take();
      while (next != END) {
        out.write(next);
        if (queue.isEmpty()) {
          out.flush();
        }
        next = queue.take();
      }
      out.flush();
    } catch (IOException e) {
      failed.accept(e);
    } catch (InterruptedException e) {
      // Only the agent could interrupt, and it closes the socket instead.
      Thread.currentThread().interrupt();
    }
  }
}
