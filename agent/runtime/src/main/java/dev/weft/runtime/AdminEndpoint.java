package dev.weft.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the agent's pages by GET, one connection at a time, each closed after its answer: enough
 * for a scraper and for a person, and no more to attack. Read-only.
 *
 * <p>Not the JDK's HTTP server: that may be missing from a trimmed runtime, and it is woven.
 */
final class AdminEndpoint implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int LONGEST_LINE = 8 * 1024;
  private static final int MOST_LINES = 100;

  /** One page: a media type, and what makes the body. */
  record Page(String type, Supplier<String> body) {}

  private final ServerSocket socket;
  private final Map<String, Page> pages;
  private final Log log;

  private AdminEndpoint(ServerSocket socket, Map<String, Page> pages, Log log) {
    this.socket = socket;
    this.pages = Map.copyOf(pages);
    this.log = log;
  }

  /** Listens at this address, or at any free port of it when the port is taken. */
  static AdminEndpoint start(
      InetSocketAddress wanted, Map<String, Page> pages, ThreadFactory threads, Log log)
      throws IOException {
    InetAddress host = InetAddress.getByName(wanted.getHostString());
    AdminEndpoint endpoint = new AdminEndpoint(listen(host, wanted.getPort(), log), pages, log);
    threads.newThread(endpoint::serve).start();
    return endpoint;
  }

  private static ServerSocket listen(InetAddress host, int port, Log log) throws IOException {
    try {
      return new ServerSocket(port, 16, host);
    } catch (java.net.BindException e) {
      ServerSocket other = new ServerSocket(0, 16, host);
      log.debug("metrics port " + port + " is taken; using " + other.getLocalPort());
      return other;
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        connection.setSoTimeout(TIMEOUT_MILLIS);
        answer(connection);
      } catch (IOException | RuntimeException e) {
        if (!socket.isClosed()) {
          log.debug("admin endpoint: " + e);
        }
      }
    }
  }

  private void answer(Socket connection) throws IOException {
    BufferedReader request =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
    String[] first = line(request).split(" ");
    for (int lines = 0; !line(request).isEmpty(); lines++) {
      if (lines > MOST_LINES) {
        throw new IOException("more than " + MOST_LINES + " header lines");
      }
    }
    OutputStream out = connection.getOutputStream();
    if (first.length != 3) {
      send(out, "400 Bad Request", null);
    } else if (!first[0].equals("GET")) {
      send(out, "405 Method Not Allowed", null);
    } else {
      Page page = pages.get(first[1].split("\\?", 2)[0]);
      send(out, page == null ? "404 Not Found" : "200 OK", page);
    }
  }

  private static String line(BufferedReader request) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = request.read(); c >= 0 && c != '\n'; c = request.read()) {
      if (line.length() > LONGEST_LINE) {
        throw new IOException("a line of more than " + LONGEST_LINE + " characters");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static void send(OutputStream out, String status, @Nullable Page page)
      throws IOException {
    String type = page == null ? "text/plain; charset=utf-8" : page.type();
    byte[] body =
        (page == null ? status + "\n" : page.body().get()).getBytes(StandardCharsets.UTF_8);
    String head =
        String.format(
                Locale.ROOT,
                "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n",
                status,
                type,
                body.length)
            + "X-Content-Type-Options: nosniff\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
