package dev.weft.e2e.oracle;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Servers on ports of the loopback interface that keep what they see, byte for byte, under the
 * request's {@link #ID}. What they do is in its {@link #BEHAVIOUR}: words with commas between, one
 * for each try, the last one for all that follow: a status, {@code slow:MILLIS}, or {@code reset}.
 */
final class Backends implements AutoCloseable {

  static final String ID = "x-oracle-id";
  static final String BEHAVIOUR = "x-oracle-do";

  private static final Duration QUIET = Duration.ofMillis(60);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Map<Integer, ServerSocket> servers = new HashMap<>();
  private final List<Thread> acceptors = new ArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Map<String, List<Arrival>> arrivals = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong(System.nanoTime());

  Backends(Collection<Integer> ports) {
    ports.forEach(this::open);
  }

  private void open(int port) {
    try {
      ServerSocket server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
      servers.put(server.getLocalPort(), server);
      acceptors.add(daemon(() -> accept(server), "backend-" + server.getLocalPort()));
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port, e);
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        connections.add(connection);
        connection.setTcpNoDelay(true);
        daemon(() -> serve(connection), "backend-" + server.getLocalPort() + "-connection");
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket connection) {
    try (connection;
        InputStream in = new BufferedInputStream(connection.getInputStream())) {
      while (answer(connection, in)) {
        last.set(System.nanoTime());
      }
    } catch (IOException e) {
      last.set(System.nanoTime()); // the peer is gone: a proxy closes what it needs no more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
    }
  }

  private boolean answer(Socket connection, InputStream in)
      throws IOException, InterruptedException {
    String head = head(in);
    if (head.isEmpty()) {
      return false;
    }
    String[] lines = head.split("\r\n");
    String[] first = lines[0].split(" ");
    List<Header> headers = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      headers.add(Header.parse(lines[i]));
    }
    int body = body(in, new Arrival(0, "", "", headers, 0, 0));
    Arrival arrival =
        new Arrival(
            connection.getLocalPort(), first[0], first[1], headers, body, System.nanoTime());
    List<Arrival> known =
        arrivals.computeIfAbsent(arrival.header(ID), id -> new CopyOnWriteArrayList<>());
    known.add(arrival);
    last.set(System.nanoTime());
    int tries = (int) known.stream().filter(it -> it.isMirrored() == arrival.isMirrored()).count();
    String[] words = arrival.header(BEHAVIOUR).split(",");
    return obey(words[Math.min(tries, words.length) - 1], connection, arrival);
  }

  private static boolean obey(String word, Socket connection, Arrival arrival)
      throws IOException, InterruptedException {
    int status = 200;
    if (word.equals("reset")) {
      connection.setSoLinger(true, 0); // RST
      return false;
    }
    if (word.startsWith("slow:")) {
      Thread.sleep(Long.parseLong(word.substring("slow:".length()))); // what is tested: a slow one
    } else if (!word.isEmpty()) {
      status = Integer.parseInt(word);
    }
    boolean isBodyless = arrival.method().equals("HEAD") || status == 204 || status == 304;
    String body = isBodyless ? "" : "{\"backend\":" + arrival.backend() + "}";
    String response =
        "HTTP/1.1 "
            + status
            + " Status\r\ncontent-type: application/json\r\nx-backend: "
            + arrival.backend()
            + "\r\nx-twice: 1\r\nx-twice: 2\r\n"
            + (status == 204 ? "" : "content-length: " + body.length() + "\r\n")
            + "\r\n"
            + body;
    connection.getOutputStream().write(response.getBytes(StandardCharsets.ISO_8859_1));
    connection.getOutputStream().flush();
    return !arrival.header("connection").equalsIgnoreCase("close");
  }

  /** Up to the empty line; empty at the end of the connection. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int state = 0;
    while (state < 4) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      state = next == (state % 2 == 0 ? '\r' : '\n') ? state + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static int body(InputStream in, Arrival head) throws IOException {
    if (!head.header("transfer-encoding").contains("chunked")) {
      String length = head.header("content-length");
      return length.isEmpty() ? 0 : in.readNBytes(Integer.parseInt(length)).length;
    }
    int total = 0;
    while (true) {
      StringBuilder size = new StringBuilder();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        size.append((char) next);
      }
      int length = Integer.parseInt(size.toString().strip(), 16);
      in.readNBytes(length + 2);
      if (length == 0) {
        return total;
      }
      total += length;
    }
  }

  /** What came under this id, in order; forgotten with this. */
  List<Arrival> take(String id) {
    List<Arrival> seen = arrivals.remove(id);
    return seen == null ? List.of() : List.copyOf(seen);
  }

  /** Waits until nothing has come for a while: whatever nobody waits for has come by then. */
  void awaitQuiet() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> System.nanoTime() - last.get() > QUIET.toNanos());
  }

  Collection<Integer> ports() {
    return servers.keySet();
  }

  /** The ports are free when this returns: the system keeps them while a thread accepts. */
  @Override
  public void close() {
    servers.values().forEach(Backends::close);
    connections.forEach(Backends::close);
    try {
      for (Thread each : acceptors) {
        each.join(PATIENCE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
