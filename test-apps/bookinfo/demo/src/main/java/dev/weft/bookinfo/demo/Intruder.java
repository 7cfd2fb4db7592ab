package dev.weft.bookinfo.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Somebody without a certificate who asks an application directly, over one connection. */
final class Intruder implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 5_000;

  private final String request;
  private final Socket socket;
  private final BufferedReader in;

  private Intruder(URI page) throws IOException {
    request =
        String.format(
            Locale.ROOT,
            "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n",
            page.getPath(),
            page.getAuthority());
    socket = new Socket(InetAddress.getByName(page.getHost()), page.getPort());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  static Intruder connect(URI page) throws IOException {
    return new Intruder(page);
  }

  /** Over a connection of its own. */
  static boolean isAnswered(URI page) {
    try (Intruder once = connect(page)) {
      return once.isAnswered();
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the application itself answers; a refusal, in words or by hanging up, is none. */
  boolean isAnswered() {
    try {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String status = in.readLine();
      if (status == null) {
        return false;
      }
      skipAnswer();
      return status.startsWith("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }

  private void skipAnswer() throws IOException {
    int length = -1;
    boolean chunked = false;
    for (String header = in.readLine(); header != null; header = in.readLine()) {
      if (header.isEmpty()) {
        break;
      }
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(15).trim());
      }
      chunked |= lower.startsWith("transfer-encoding:");
    }
    while (chunked) {
      int size = Integer.parseInt(in.readLine(), 16);
      skip(size + 2); // with the end of line
      chunked = size > 0;
    }
    if (length > 0) {
      skip(length);
    }
  }

  private void skip(int characters) throws IOException {
    for (long left = characters; left > 0; ) {
      long skipped = in.skip(left);
      if (skipped <= 0) {
        throw new IOException("closed in the middle of an answer");
      }
      left -= skipped;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
