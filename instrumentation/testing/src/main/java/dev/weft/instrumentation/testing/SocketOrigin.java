package dev.weft.instrumentation.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 on sockets, woven by nobody, one thread for each connection. */
public final class SocketOrigin implements Origin {

  private final ServerSocket server;
  private final Gate gate = new Gate();
  private final Behaviour behaviour;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private final @Nullable SSLSocketFactory tls;
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  private SocketOrigin(int always, @Nullable SSLContext secured) {
    tls = secured == null ? null : secured.getSocketFactory();
    try {
      server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    behaviour = new Behaviour(gate, always);
    daemon("origin", this::accept);
  }

  /** Answers as it is asked to. */
  public static SocketOrigin start() {
    return new SocketOrigin(0, null);
  }

  /** Answers everything with this status. */
  public static SocketOrigin always(int status) {
    return new SocketOrigin(status, null);
  }

  /** The same over TLS. */
  public static SocketOrigin secured(int always) {
    return new SocketOrigin(always, Keys.server());
  }

  /** The names that clients have asked for in TLS. */
  public Set<String> names() {
    return names;
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public InetSocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  @Override
  public Gate gate() {
    return gate;
  }

  @Override
  public int requests() {
    return requests.get();
  }

  /** Connections that were accepted so far. */
  public int connections() {
    return connections.get();
  }

  /** Closes every connection, idle or not, as a server that is short of them does. */
  public void dropConnections() {
    try {
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    gate.open();
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    dropConnections();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        int id = connections.incrementAndGet();
        daemon("origin-" + id, () -> serve(socket, id));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket, int id) {
    try (socket) {
      socket.setTcpNoDelay(true);
      Socket spoken = tls == null ? socket : secure(socket, tls);
      InputStream in = new BufferedInputStream(spoken.getInputStream());
      OutputStream out = new BufferedOutputStream(spoken.getOutputStream());
      while (true) {
        Asked asked = Asked.read(in, out);
        requests.incrementAndGet();
        behaviour.answer(asked, new Answered(socket, out, id, asked.method(), tls == null));
        out.flush();
      }
    } catch (IOException e) {
      // The client is gone, or was to be: the test looks at the client's side.
    } finally {
      open.remove(socket);
    }
  }

  private Socket secure(Socket plain, SSLSocketFactory factory) throws IOException {
    SSLSocket secured = (SSLSocket) factory.createSocket(plain, null, plain.getPort(), true);
    secured.setUseClientMode(false);
    secured.setWantClientAuth(true);
    secured.startHandshake();
    if (secured.getSession() instanceof ExtendedSSLSession session) {
      session.getRequestedServerNames().stream()
          .filter(SNIHostName.class::isInstance)
          .forEach(name -> names.add(((SNIHostName) name).getAsciiName()));
    }
    return secured;
  }

  private record Asked(
      String method, String target, Map<String, List<String>> headers, InputStream body)
      implements Behaviour.Asked {

    static Asked read(InputStream in, OutputStream out) throws IOException {
      String[] line = line(in).split(" ");
      Map<String, List<String>> headers = new LinkedHashMap<>();
      for (String next = line(in); !next.isEmpty(); next = line(in)) {
        int colon = next.indexOf(':');
        headers
            .computeIfAbsent(next.substring(0, colon), key -> new ArrayList<>())
            .add(next.substring(colon + 1).trim());
      }
      if ("100-continue".equalsIgnoreCase(Behaviour.first(headers, "expect"))) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
      return new Asked(line[0], line[1], headers, new ByteArrayInputStream(body(in, headers)));
    }

    private static byte[] body(InputStream in, Map<String, List<String>> headers)
        throws IOException {
      String length = Behaviour.first(headers, "content-length");
      if (length != null) {
        return exactly(in, Integer.parseInt(length));
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      if (Behaviour.first(headers, "transfer-encoding") != null) {
        for (int size = size(in); size > 0; size = size(in)) {
          body.write(exactly(in, size));
          line(in);
        }
        while (!line(in).isEmpty()) {
          // a trailer
        }
      }
      return body.toByteArray();
    }

    private static int size(InputStream in) throws IOException {
      return Integer.parseInt(line(in).replaceAll(";.*", "").trim(), 16);
    }

    private static byte[] exactly(InputStream in, int count) throws IOException {
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw new EOFException();
      }
      return bytes;
    }

    private static String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new EOFException();
        }
        if (b != '\r') {
          line.append((char) b);
        }
      }
      return line.toString();
    }
  }

  /**
   * @param plain whether nothing is encrypted
   */
  private record Answered(Socket socket, OutputStream out, int id, String method, boolean plain)
      implements Behaviour.Answered {

    @Override
    public OutputStream head(int status, Map<String, String> headers, long length)
        throws IOException {
      boolean bodiless = status == 204 || status == 304;
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
      headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
      head.append("X-Connection: " + id + "\r\n");
      if (!bodiless) {
        head.append(length < 0 ? "Transfer-Encoding: chunked" : "Content-Length: " + length);
        head.append("\r\n");
      }
      out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
      if (method.equals("HEAD") || bodiless) {
        return OutputStream.nullOutputStream();
      }
      return length < 0 ? new Chunks(out) : new Kept(out);
    }

    @Override
    public void reset() throws IOException {
      if (plain) {
        socket.setSoLinger(true, 0);
      } else {
        // A reset would take back records that were sent; this breaks TLS after them.
        socket.getOutputStream().write(new byte[] {23, 3, 3, 0, 32});
        socket.getOutputStream().write(new byte[32]);
      }
      socket.close();
      throw new EOFException("reset on demand");
    }
  }

  /** The end of a body is not the end of the connection. */
  private static final class Kept extends FilterOutputStream {
    Kept(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      out.flush();
    }
  }

  private static final class Chunks extends OutputStream {
    private final OutputStream out;

    Chunks(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int single) throws IOException {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes, offset, length);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }
}
