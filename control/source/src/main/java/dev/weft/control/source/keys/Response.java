package dev.weft.control.source.keys;

import dev.weft.control.config.yaml.Excerpt;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The answer to one request over HTTP/1.1 (RFC 9112) on a connection of its own. */
final class Response {

  private static final int LARGEST_HEAD = 32 * 1024;
  private static final int LARGEST_BODY = 256 * 1024;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] \\d{3}( .*)?");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,7})[ \\t]*(;.*)?");

  private final InputStream in;
  private int head;

  Response(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /**
   * @throws IOException it is not the document that was asked for, or too large
   */
  String body() throws IOException {
    String status = line();
    while (status.startsWith("HTTP/1.1 1")) { // on its way
      headers();
      status = line();
    }
    if (!STATUS.matcher(status).matches()) {
      throw new IOException(Excerpt.of(status) + " (expected: HTTP)");
    }
    Map<String, String> headers = headers();
    String code = status.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
    if (!code.equals("200")) {
      String where = code.startsWith("3") ? "; nobody is followed elsewhere" : "";
      throw new IOException("status " + code + " (expected: 200" + where + ")");
    }
    String coding = headers.get("transfer-encoding");
    byte[] body;
    if (coding != null) {
      if (!coding.equalsIgnoreCase("chunked")) {
        throw new IOException(Excerpt.of(coding) + " (expected: chunked)");
      }
      body = chunks();
    } else {
      body = plain(headers.get("content-length"));
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended within the answer's head");
      }
      if (++head > LARGEST_HEAD) {
        throw new IOException("a head of more than " + LARGEST_HEAD + " bytes");
      }
      line.write(c);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private byte[] plain(@Nullable String length) throws IOException {
    if (length == null) {
      byte[] all = in.readNBytes(LARGEST_BODY + 1);
      admit(all.length);
      return all;
    }
    if (!NUMBER.matcher(length).matches()) {
      throw new IOException("content-length " + Excerpt.of(length) + " (expected: a number)");
    }
    int wanted = Integer.parseInt(length);
    admit(wanted);
    return exactly(wanted);
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      var size = CHUNK.matcher(line());
      if (!size.matches()) {
        throw new IOException("a chunk without its size");
      }
      int wanted = Integer.parseInt(size.group(1), 16);
      if (wanted == 0) {
        return all.toByteArray();
      }
      admit(all.size() + wanted);
      all.write(exactly(wanted));
      if (!line().isEmpty()) {
        throw new IOException("a chunk that is longer than its size");
      }
    }
  }

  private byte[] exactly(int wanted) throws IOException {
    byte[] bytes = in.readNBytes(wanted);
    if (bytes.length < wanted) {
      throw new EOFException(
          "the connection ended after " + bytes.length + " of " + wanted + " bytes");
    }
    return bytes;
  }

  private static void admit(int length) throws IOException {
    if (length > LARGEST_BODY) {
      throw new IOException("more than " + LARGEST_BODY + " bytes (expected: a key set)");
    }
  }
}
