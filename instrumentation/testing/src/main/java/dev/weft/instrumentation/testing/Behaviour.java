package dev.weft.instrumentation.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an origin does, by the path that is asked for:
 *
 * <ul>
 *   <li>{@code /echo…}: what arrived: request line, headers, an empty line, the body's length and
 *       SHA-256
 *   <li>{@code /status/N}: that status, with a short body
 *   <li>{@code /hold}: no answer until the origin is released
 *   <li>{@code /stall}: a head and the first bytes of a body, the rest when the origin is released
 *   <li>{@code /big/N}, {@code /chunked/N}: that many bytes, by length or chunked
 *   <li>{@code /reset}: the connection is reset once the request was read
 *   <li>{@code /cut}: the connection is closed in the middle of the body
 *   <li>{@code /redirect/N?to=URL}: that status and location
 *   <li>{@code /loop}: a redirect to itself
 *   <li>{@code /basic}: asks for credentials, and echoes once it has them
 *   <li>{@code /cookie}: sets one, and echoes
 *   <li>{@code /empty/N}: that status, without a body
 * </ul>
 */
final class Behaviour {

  /** A request, as far as behaviour depends on it. */
  interface Asked {
    String method();

    String target();

    Map<String, List<String>> headers();

    InputStream body() throws IOException;
  }

  /** Where to answer. */
  interface Answered {

    /**
     * @param length of the body; -1: chunked
     */
    OutputStream head(int status, Map<String, String> headers, long length) throws IOException;

    /** Breaks the connection, or the stream. */
    void reset() throws IOException;
  }

  private final Origin.Gate gate;
  private final int always;

  /**
   * @param always the status of every answer; 0: as asked
   */
  Behaviour(Origin.Gate gate, int always) {
    this.gate = gate;
    this.always = always;
  }

  void answer(Asked asked, Answered answered) throws IOException {
    String echo = echo(asked);
    String[] path = asked.target().replaceAll("\\?.*", "").split("/", -1);
    if (always != 0) {
      text(answered, always, Map.of(), "always " + always + "\n" + echo);
      return;
    }
    switch (path[1]) {
      case "status" -> text(answered, number(path), Map.of(), "status " + path[2]);
      case "empty" -> answered.head(number(path), Map.of(), 0).close();
      case "hold" -> {
        gate.await();
        text(answered, 200, Map.of(), echo);
      }
      case "stall" -> stall(answered);
      case "big" -> bytes(answered, number(path), number(path));
      case "chunked" -> bytes(answered, number(path), -1);
      case "reset" -> answered.reset();
      case "cut" -> cut(answered);
      case "redirect" ->
          text(
              answered,
              number(path),
              Map.of("Location", asked.target().replaceFirst("[^?]*[?]to=", "")),
              "moved");
      case "loop" -> text(answered, 302, Map.of("Location", asked.target()), "again");
      case "basic" -> basic(asked, answered, echo);
      case "cookie" -> text(answered, 200, Map.of("Set-Cookie", "taste=sweet; Path=/"), echo);
      default -> text(answered, 200, Map.of("X-Origin", "yes"), echo);
    }
  }

  private static int number(String[] path) {
    return Integer.parseInt(path[2]);
  }

  private static void basic(Asked asked, Answered answered, String echo) throws IOException {
    if (asked.headers().keySet().stream().anyMatch("authorization"::equalsIgnoreCase)) {
      text(answered, 200, Map.of(), echo);
    } else {
      text(answered, 401, Map.of("WWW-Authenticate", "Basic realm=\"origin\""), "who?");
    }
  }

  private static void text(Answered answered, int status, Map<String, String> headers, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = answered.head(status, headers, bytes.length)) {
      out.write(bytes);
    }
  }

  private void stall(Answered answered) throws IOException {
    try (OutputStream out = answered.head(200, Map.of(), -1)) {
      out.write("first".getBytes(StandardCharsets.UTF_8));
      out.flush();
      gate.await();
      out.write("last".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void cut(Answered answered) throws IOException {
    OutputStream out = answered.head(200, Map.of(), 1000);
    out.write("not all of it".getBytes(StandardCharsets.UTF_8));
    out.flush();
    answered.reset();
  }

  private static void bytes(Answered answered, int count, long length) throws IOException {
    try (OutputStream out = answered.head(200, Map.of(), length)) {
      Bytes.write(out, count);
    }
  }

  private static String echo(Asked asked) throws IOException {
    StringBuilder text = new StringBuilder(asked.method() + " " + asked.target() + "\n");
    asked
        .headers()
        .forEach(
            (name, values) ->
                values.forEach(v -> text.append(name).append(": ").append(v).append('\n')));
    MessageDigest digest = sha256();
    long length;
    try (InputStream in = asked.body();
        OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      length = in.transferTo(sink);
    }
    return text + "\n" + length + " " + HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** A short name for a header's first value, whatever its case. */
  static @Nullable String first(Map<String, List<String>> headers, String name) {
    for (Map.Entry<String, List<String>> entry : headers.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return entry.getValue().get(0);
      }
    }
    return null;
  }
}
