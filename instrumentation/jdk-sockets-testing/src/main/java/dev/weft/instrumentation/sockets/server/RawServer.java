package dev.weft.instrumentation.sockets.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Echoes until its client's end, and then ends its own direction. */
final class RawServer implements Server {

  private final boolean virtual;

  RawServer(boolean virtual) {
    this.virtual = virtual;
  }

  @Override
  public void start(int port, Path folder) throws IOException {
    ServerSocket server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
    ExecutorService threads = virtual ? VirtualThreads.executor() : Executors.newCachedThreadPool();
    threads.execute(
        () -> {
          while (true) {
            try {
              Socket socket = server.accept();
              threads.execute(() -> echo(socket));
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }
        });
  }

  private static void echo(Socket accepted) {
    try (Socket socket = accepted) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      byte[] buffer = new byte[3000];
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
      socket.shutdownOutput();
    } catch (IOException e) {
      System.out.println("echo: " + e); // its client compares, and complains
    }
  }
}
