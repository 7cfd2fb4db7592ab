package dev.weft.runtime;

import dev.weft.bridge.Mesh;
import dev.weft.engine.Mirrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends copies of requests over HTTP/1.1, each on a connection of its own, beneath which the mesh's
 * TLS is as for any other. A bounded number at once, and none waits for its turn: a copy is worth
 * nothing later. What comes back is read and forgotten.
 */
final class MirrorSender implements Mirrors {

  private static final int MOST_AT_ONCE = 16;
  private static final int IDLE_SECONDS = 10;
  private static final int LARGEST_ANSWER = 1 << 20;

  private final Timer timer;
  private final Consumer<String> log;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MOST_AT_ONCE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          AgentThreads.lent("mirror"));

  /**
   * @param timer ends what takes too long
   * @param log is told of copies that did not arrive
   */
  MirrorSender(Timer timer, Consumer<String> log) {
    this.timer = timer;
    this.log = log;
  }

  @Override
  public boolean take(Copy copy) {
    try {
      threads.execute(() -> send(copy));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void send(Copy copy) {
    try (Socket socket = new Socket()) {
      Mesh.Cancel limit = timer.after(copy.timeout(), () -> close(socket));
      try {
        socket.connect(copy.address(), millis(copy.timeout()));
        OutputStream out = socket.getOutputStream();
        out.write(head(copy));
        out.write(copy.body());
        out.flush();
        forget(socket.getInputStream());
      } finally {
        limit.cancel();
      }
    } catch (IOException e) {
      log.accept("mirror: " + copy.address() + ": " + e);
    } finally {
      copy.over().run();
    }
  }

  // On the timer's thread: to close is all that breaks a read.
  private void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.accept("mirror: " + e);
    }
  }

  private static int millis(Duration timeout) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
  }

  private static byte[] head(Copy copy) {
    StringBuilder head = new StringBuilder(512);
    head.append(copy.method()).append(' ').append(copy.target()).append(" HTTP/1.1\r\n");
    head.append("host: ").append(copy.authority()).append("\r\n");
    for (Map.Entry<String, String> header : copy.headers()) {
      if (isPlain(header.getKey()) && isPlain(header.getValue())) {
        head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
      }
    }
    if (copy.body().length > 0 || !isBodiless(copy.method())) {
      head.append("content-length: ").append(copy.body().length).append("\r\n");
    }
    return head.append("connection: close\r\n\r\n")
        .toString()
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isBodiless(String method) {
    return switch (method) {
      case "GET", "HEAD", "DELETE", "OPTIONS", "TRACE" -> true;
      default -> false;
    };
  }

  // Libraries let no line ends through; a copy must not be the way to smuggle a request.
  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c >= ' ' || c == '\t');
  }

  /** Reads what there is, so that the peer can finish. */
  private static void forget(InputStream answer) throws IOException {
    byte[] buffer = new byte[8192];
    int sum = 0;
    for (int read = 0; read >= 0 && sum < LARGEST_ANSWER; read = answer.read(buffer)) {
      sum += read;
    }
  }
}
