package dev.weft.testapps.bench.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One connection that asks for one path, again and again; connects anew when it was closed. */
final class Connection implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final int port;
  private final byte[] request;
  private final byte[] sink = new byte[8192];
  private final StringBuilder line = new StringBuilder();
  private @Nullable Socket socket;
  private InputStream in = InputStream.nullInputStream();

  Connection(int port, String path) {
    this.port = port;
    this.request =
        String.format(Locale.ROOT, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", path, port)
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** Sends the request, reads the whole answer and returns its status. */
  int exchange() throws IOException {
    try {
      Socket open = open();
      open.getOutputStream().write(request);
      return answer();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }

  private Socket open() throws IOException {
    if (socket == null) {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      in = new BufferedInputStream(socket.getInputStream());
    }
    return socket;
  }

  private int answer() throws IOException {
    String statusLine = readLine();
    int status = Integer.parseInt(statusLine.substring(9, 12));
    long length = -1;
    boolean last = false;
    for (String header = readLine(); !header.isEmpty(); header = readLine()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring(15).trim());
      } else if (lower.startsWith("connection:") && lower.endsWith("close")) {
        last = true;
      }
    }
    if (length < 0) {
      throw new IOException(statusLine + ": no Content-Length (expected: one)");
    }
    skip(length);
    if (last) {
      close();
    }
    return status;
  }

  private String readLine() throws IOException {
    line.setLength(0);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed in the middle of an answer");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private void skip(long length) throws IOException {
    for (long left = length; left > 0; ) {
      int read = in.read(sink, 0, (int) Math.min(left, sink.length));
      if (read < 0) {
        throw new EOFException("closed in the middle of a body");
      }
      left -= read;
    }
  }
}
