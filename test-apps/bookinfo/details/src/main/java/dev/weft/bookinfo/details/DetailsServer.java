package dev.weft.bookinfo.details;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The server of details: starts it, says where it listens, stops it. */
final class DetailsServer implements AutoCloseable {

  private static final int THREADS = 16;
  private static final int GRACE_SECONDS = 1;

  private final HttpServer server;
  private final ExecutorService executor;

  private DetailsServer(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /** Port 0 takes any free one. */
  static DetailsServer start(int port, DetailsHandler handler) throws IOException {
    // Headers and body are two writes: without this the second waits for a delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/details/", handler);
    server.setExecutor(executor);
    server.start();
    return new DetailsServer(server, executor);
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(GRACE_SECONDS);
    executor.shutdown();
  }
}
