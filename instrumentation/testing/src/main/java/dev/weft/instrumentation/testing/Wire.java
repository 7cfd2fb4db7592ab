package dev.weft.instrumentation.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client that speaks HTTP/1.1 by hand, woven by nobody. */
public final class Wire implements AutoCloseable {

  /** A response as it was on the wire; header names in lower case. */
  public record Response(int status, Map<String, String> headers, String body) {
    public @Nullable String header(String name) {
      return headers.get(name);
    }
  }

  private final Socket socket;
  private final InputStream in;

  public Wire(InetSocketAddress address) throws IOException {
    socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(20_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** This end, as the server sees it. */
  public InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Sends lines, ended as HTTP wants it, and an empty one. */
  public Wire send(String... lines) throws IOException {
    return write(String.join("\r\n", lines) + "\r\n\r\n");
  }

  public Wire write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** A request without a body, on a connection that stays. */
  public Response get(String target, String... headers) throws IOException {
    StringBuilder head = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: app.test\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    write(head.append("\r\n").toString());
    return read();
  }

  /** The next response. */
  public Response read() throws IOException {
    String line = line();
    Map<String, String> headers = new LinkedHashMap<>();
    for (String next = line(); !next.isEmpty(); next = line()) {
      int colon = next.indexOf(':');
      headers.merge(
          next.substring(0, colon).toLowerCase(Locale.ROOT),
          next.substring(colon + 1).trim(),
          (one, other) -> one + "," + other);
    }
    return new Response(Integer.parseInt(line.split(" ")[1]), headers, body(headers));
  }

  private String body(Map<String, String> headers) throws IOException {
    String length = headers.get("content-length");
    if (length != null) {
      return text(Integer.parseInt(length));
    }
    StringBuilder body = new StringBuilder();
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      for (int size = size(); size > 0; size = size()) {
        body.append(text(size));
        line();
      }
      line();
    }
    return body.toString();
  }

  private int size() throws IOException {
    return Integer.parseInt(line().trim(), 16);
  }

  private String text(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the body ended early");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed after \"" + line + "\"");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  /** Breaks the connection at once. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
