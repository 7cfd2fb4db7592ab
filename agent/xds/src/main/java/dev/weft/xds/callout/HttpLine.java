package dev.weft.xds.callout;

import dev.weft.engine.extauthz.AuthorizationService.HttpReply.Response;
import dev.weft.engine.extauthz.HttpCheck;
import dev.weft.xds.ChannelFactory;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;

/**
 * One connection of HTTP/1.1, and one question at a time. As little of the protocol as a provider
 * needs: no bodies there, and of those that come back only so much as anybody may want to read.
 * What is not plain is an error: nobody guesses what a provider may have meant.
 */
final class HttpLine {

  private static final int LONGEST_LINE = 16 * 1024;
  private static final int MOST_HEADERS = 200;
  private static final int LARGEST_BODY = 1024 * 1024;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  private static final int FIRST_FINAL = 200;

  private final Socket socket;
  private final InputStream in;
  private boolean used;
  private boolean reusable;
  private long restsSince;

  /** What is left of a question's time. */
  @FunctionalInterface
  interface Left {
    /**
     * @throws IOException where nothing is
     */
    Duration get() throws IOException;
  }

  /** The other end had closed a connection that was used before. */
  static final class StaleException extends IOException {
    private static final long serialVersionUID = 1;

    StaleException(IOException cause) {
      super(cause);
    }
  }

  private HttpLine(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static HttpLine open(InetSocketAddress address, Duration timeout) throws IOException {
    String host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    Socket socket = ChannelFactory.plaintext().open(host, address.getPort(), timeout);
    try {
      return new HttpLine(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  boolean isReusable() {
    return reusable;
  }

  /** Nobody uses it from now on. */
  void rests() {
    restsSince = System.nanoTime();
  }

  Duration idle() {
    return Duration.ofNanos(System.nanoTime() - restsSince);
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed to us.
    }
  }

  /**
   * Asks, and reads the answer.
   *
   * @throws StaleException where the connection was used before, and nothing of an answer came
   */
  Response exchange(HttpCheck.Request request, Left left) throws IOException {
    boolean isFirst = !used;
    used = true;
    reusable = false;
    String status;
    try {
      socket.setSoTimeout(millis(left));
      socket.getOutputStream().write(head(request));
      status = line(left);
    } catch (EOFException | java.net.SocketException e) {
      if (isFirst) {
        throw e;
      }
      throw new StaleException(e);
    }
    int code = code(status);
    while (code < FIRST_FINAL) { // informational: the answer is still to come
      headers(left);
      status = line(left);
      code = code(status);
    }
    List<Entry<String, String>> headers = headers(left);
    Body body = new Body(headers, status.startsWith("HTTP/1.1"));
    boolean isEmpty = request.method().equals("HEAD") || code == NO_CONTENT || code == NOT_MODIFIED;
    byte[] bytes = isEmpty ? new byte[0] : body.read(left);
    reusable = body.endsByItself(isEmpty);
    return new Response(code, headers, bytes);
  }

  /** Nothing in it may end a line before its time. */
  static byte[] head(HttpCheck.Request request) throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(word(request.method())).append(' ').append(word(request.target()));
    head.append(" HTTP/1.1\r\nhost: ").append(word(request.host())).append("\r\n");
    for (Entry<String, String> header : request.headers()) {
      head.append(word(header.getKey())).append(": ").append(text(header.getValue()));
      head.append("\r\n");
    }
    head.append("content-length: 0\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String word(String word) throws IOException {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) <= ' ' || word.charAt(i) == 0x7f || word.charAt(i) > 0xff) {
        throw new IOException("a request that cannot be asked about in HTTP/1.1");
      }
    }
    return word;
  }

  private static String text(String value) throws IOException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        throw new IOException("a request that cannot be asked about in HTTP/1.1");
      }
    }
    return value;
  }

  private static int millis(Left left) throws IOException {
    return (int) Math.max(1, left.get().toMillis());
  }

  private static int code(String status) throws IOException {
    if (!status.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
      throw new IOException("a status line that is none (expected: HTTP/1.1)");
    }
    return Integer.parseInt(status.substring(9, 12));
  }

  private String line(Left left) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    socket.setSoTimeout(millis(left));
    while (true) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("the connection ended before the answer");
      }
      if (c == '\n') {
        break;
      }
      if (line.size() == LONGEST_LINE) {
        throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
      }
      line.write(c);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private List<Entry<String, String>> headers(Left left) throws IOException {
    List<Entry<String, String>> headers = new ArrayList<>();
    for (String line = line(left); !line.isEmpty(); line = line(left)) {
      int colon = line.indexOf(':');
      if (colon < 1 || headers.size() == MOST_HEADERS) {
        throw new IOException("a header that is none, or more than " + MOST_HEADERS);
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.add(Map.entry(name, line.substring(colon + 1).strip()));
    }
    return headers;
  }

  /** What describes the body. */
  private final class Body {

    private final List<Entry<String, String>> headers;
    private final boolean persists;
    private final boolean chunked;
    private final long length; // -1: to the end of the connection

    Body(List<Entry<String, String>> headers, boolean isCurrent) throws IOException {
      this.headers = headers;
      String encoding = only("transfer-encoding");
      String declared = only("content-length");
      this.chunked = encoding.equalsIgnoreCase("chunked");
      if ((!encoding.isEmpty() && !chunked) || (chunked && !declared.isEmpty())) {
        throw new IOException("a body of unclear length (expected: a length, or chunks)");
      }
      if (!declared.isEmpty() && !declared.matches("[0-9]{1,9}")) {
        throw new IOException("a content-length that is none");
      }
      this.length = declared.isEmpty() ? -1 : Long.parseLong(declared);
      String connection = only("connection").toLowerCase(Locale.ROOT);
      this.persists = isCurrent ? !connection.contains("close") : false;
    }

    private String only(String name) throws IOException {
      String found = "";
      for (Entry<String, String> header : headers) {
        if (header.getKey().equals(name)) {
          if (!found.isEmpty() && !found.equals(header.getValue())) {
            throw new IOException(name + " twice (expected: once)");
          }
          found = header.getValue();
        }
      }
      return found;
    }

    /** Whether the connection goes on after it. */
    boolean endsByItself(boolean isEmpty) {
      return persists && (isEmpty || chunked || length >= 0);
    }

    byte[] read(Left left) throws IOException {
      if (chunked) {
        return chunks(left);
      }
      if (length > LARGEST_BODY) {
        throw tooLarge();
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      copy(body, length < 0 ? Long.MAX_VALUE : length, left);
      if (length >= 0 && body.size() < length) {
        throw new EOFException("the connection ended before the answer");
      }
      return body.toByteArray();
    }

    private byte[] chunks(Left left) throws IOException {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      while (true) {
        String size = line(left).replaceFirst("[ \t]*;.*", "");
        if (!size.matches("[0-9a-fA-F]{1,7}")) {
          throw new IOException("a chunk whose size is none");
        }
        int length = Integer.parseInt(size, 16);
        if (length == 0) {
          List<Entry<String, String>> unused = HttpLine.this.headers(left); // trailers
          return body.toByteArray();
        }
        int before = body.size();
        copy(body, length, left);
        if (body.size() - before < length || !line(left).isEmpty()) {
          throw new EOFException("a chunk that does not end where it should");
        }
      }
    }

    private void copy(ByteArrayOutputStream body, long most, Left left) throws IOException {
      byte[] buffer = new byte[4096];
      long missing = most;
      while (missing > 0) {
        socket.setSoTimeout(millis(left));
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, missing));
        if (read < 0) {
          return;
        }
        body.write(buffer, 0, read);
        missing -= read;
        if (body.size() > LARGEST_BODY) {
          throw tooLarge();
        }
      }
    }

    private static IOException tooLarge() {
      return new IOException("a body of more than " + LARGEST_BODY + " bytes");
    }
  }
}
