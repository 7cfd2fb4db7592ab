package dev.weft.instrumentation.sockets;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/** Passes bytes on between the ends, and looks for plaintext in them. */
final class Tap implements AutoCloseable {

  /** What only plaintext has: the mark of every body, and the protocols' own words. */
  private static final List<byte[]> WORDS =
      List.of(
          Content.MARK,
          "HTTP/1.1".getBytes(StandardCharsets.US_ASCII),
          "PRI * HTTP/2.0".getBytes(StandardCharsets.US_ASCII),
          "create table".getBytes(StandardCharsets.UTF_16BE));

  private static final int BUFFER = 64 * 1024;
  private static final int LONGEST = 64;

  private final ServerSocket server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "tap");
            thread.setDaemon(true);
            return thread;
          });
  private final LongAdder bytes = new LongAdder();
  private final Set<String> found = ConcurrentHashMap.newKeySet();

  /** A tap before this loopback port. */
  Tap(int port) throws IOException {
    threads.execute(
        () -> {
          while (!server.isClosed()) {
            try {
              Socket client = server.accept();
              Socket target = new Socket(InetAddress.getLoopbackAddress(), port);
              threads.execute(() -> pump(client, target));
              threads.execute(() -> pump(target, client));
            } catch (IOException e) {
              return;
            }
          }
        });
  }

  int port() {
    return server.getLocalPort();
  }

  long bytes() {
    return bytes.sum();
  }

  /** Plaintext that came by. */
  Set<String> found() {
    return found;
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[LONGEST + BUFFER];
    int kept = 0;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer, kept, BUFFER); count > 0; ) {
        out.write(buffer, kept, count);
        bytes.add(count);
        look(buffer, kept + count);
        int tail = Math.min(LONGEST, kept + count);
        System.arraycopy(buffer, kept + count - tail, buffer, 0, tail);
        kept = tail;
        count = in.read(buffer, kept, BUFFER);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private void look(byte[] buffer, int end) {
    for (byte[] word : WORDS) {
      for (int i = 0; i + word.length <= end; i++) {
        if (buffer[i] == word[0] && matches(buffer, i, word)) {
          found.add(new String(word, StandardCharsets.ISO_8859_1));
        }
      }
    }
  }

  private static boolean matches(byte[] buffer, int at, byte[] word) {
    for (int i = 1; i < word.length; i++) {
      if (buffer[at + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
