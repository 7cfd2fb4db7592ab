package dev.weft.instrumentation.sockets.client;

import dev.weft.instrumentation.sockets.Content;
import dev.weft.instrumentation.sockets.server.VirtualThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Sockets with a reader and a writer at the same time, half-closed; every other with a timeout. */
final class RawLoad implements Client {

  /** How sockets are made. */
  enum Kind {
    SOCKET,
    ADAPTOR,
    VIRTUAL
  }

  private static final int LARGEST = 300_000;
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Kind kind;

  RawLoad(Kind kind) {
    this.kind = kind;
  }

  @Override
  public void run(int port, Work work, Tally tally) throws Exception {
    ExecutorService writers =
        kind == Kind.VIRTUAL ? VirtualThreads.executor() : Executors.newCachedThreadPool();
    ExecutorService readers =
        kind == Kind.VIRTUAL
            ? VirtualThreads.executor()
            : Executors.newFixedThreadPool(work.threads());
    tally.all(
        readers,
        work.threads(),
        number -> {
          for (int i = 0; i < work.calls(); i++) {
            byte[] body = Content.pattern(31 * i + number, 1 + (7919 * i) % LARGEST);
            boolean timed = i % 2 == 0;
            tally.attempt(() -> echo(port, body, timed, writers));
          }
        });
    writers.shutdownNow();
  }

  private void echo(int port, byte[] body, boolean timed, ExecutorService writers)
      throws IOException {
    try (Socket socket = connect(port)) {
      if (timed) {
        socket.setSoTimeout(TIMEOUT_MILLIS);
      }
      CompletableFuture<Void> written =
          CompletableFuture.runAsync(() -> write(socket, body), writers);
      Content.compare(body, socket.getInputStream().readAllBytes(), "echo");
      written.join();
    }
  }

  private static void write(Socket socket, byte[] body) {
    try {
      socket.getOutputStream().write(body);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private Socket connect(int port) throws IOException {
    return kind == Kind.ADAPTOR
        ? SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).socket()
        : new Socket(InetAddress.getLoopbackAddress(), port);
  }
}
