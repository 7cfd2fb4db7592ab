package dev.weft.instrumentation.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.testing.Script;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * HttpURLConnection side by side: the same handling of a connection of the JDK's own and of one in
 * the mesh, and everything that the application can observe.
 */
class SameAsTheJdkContract extends ClientContract {

  private static final AtomicInteger AUTHORITIES = new AtomicInteger();

  /** What an application does; what it sees is written down. */
  private interface Handling {
    void of(HttpURLConnection connection, Notes notes) throws Exception;
  }

  /** One thing that can be asked. */
  private interface Question {
    Object ask() throws Exception;
  }

  private static final class Notes {
    private final List<String> lines = new ArrayList<>();

    void note(String what, Question question) {
      try {
        lines.add(what + " = " + question.ask());
      } catch (Exception e) {
        lines.add(what + " ! " + e.getClass().getName() + ": " + e.getMessage());
      }
    }

    void doing(String what, Doing doing) {
      note(
          what,
          () -> {
            doing.run();
            return "done";
          });
    }
  }

  private interface Doing {
    void run() throws Exception;
  }

  private void same(String target, Handling handling) throws Exception {
    String outside = "127.0.0.1:" + GOOD.address().getPort();
    String inside = asLongAs(outside);
    script(inside, () -> Script.to(GOOD.address()));
    List<String> plain = observe("http://" + outside + target, handling);
    List<String> mesh = observe("http://" + inside + target, handling);

    assertThat(mesh).containsExactlyElementsOf(plain);
    assertThat(plain).isNotEmpty();
  }

  /** An authority of the mesh: of the same length, because origins echo it. */
  private static String asLongAs(String other) {
    String end = ".mesh:9080";
    String digits = String.valueOf(AUTHORITIES.incrementAndGet());
    return "s".repeat(other.length() - end.length() - digits.length()) + digits + end;
  }

  /** Host and port differ by design, the connection's number by chance. */
  private static List<String> observe(String url, Handling handling) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    Notes notes = new Notes();
    handling.of(connection, notes);
    String host = url.replaceAll("http://([^/]+).*", "$1");
    return notes.lines.stream()
        .map(line -> line.replace(host, "HOST"))
        .map(line -> line.replaceAll("(?i)(X-Connection[=: ]+\\[?)\\d+", "$1N"))
        .map(line -> line.replaceAll("^(field 2) = \\d+$", "$1 = N"))
        .toList();
  }

  private static String text(InputStream in) throws Exception {
    return in == null ? "null" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Map<String, Object> sorted(Map<String, List<String>> headers) {
    Map<String, Object> sorted = new TreeMap<>();
    headers.forEach((name, values) -> sorted.put(String.valueOf(name), values));
    return sorted;
  }

  @Test
  void aPlainGet() throws Exception {
    same(
        "/echo/x?y=z",
        (connection, notes) -> {
          notes.note("method", connection::getRequestMethod);
          notes.note("proxy", connection::usingProxy);
          notes.note("permission", connection::getPermission);
          notes.note("error before", connection::getErrorStream);
          notes.note("code", connection::getResponseCode);
          notes.note("message", connection::getResponseMessage);
          notes.note("length", connection::getContentLength);
          notes.note("type", connection::getContentType);
          notes.note("fields", () -> sorted(connection.getHeaderFields()));
          for (int i = 0; i < 7; i++) {
            int index = i;
            notes.note("key " + i, () -> connection.getHeaderFieldKey(index));
            notes.note("field " + i, () -> connection.getHeaderField(index));
          }
          notes.note("by name", () -> connection.getHeaderField("x-origin"));
          notes.note("absent", () -> connection.getHeaderField("x-absent"));
          notes.note("number", () -> connection.getHeaderFieldInt("content-length", -7));
          notes.note("body", () -> text(connection.getInputStream()));
          InputStream in = connection.getInputStream();
          notes.note("same stream", () -> connection.getInputStream() == in);
          notes.note("error after", connection::getErrorStream);
          notes.note("url", connection::getURL);
        });
  }

  @Test
  void whatTheApplicationMaySet() throws Exception {
    same(
        "/echo",
        (connection, notes) -> {
          connection.setRequestProperty("X-One", "1");
          connection.addRequestProperty("X-One", "2");
          connection.setRequestProperty("Host", "elsewhere.example");
          connection.setRequestProperty("Origin", "http://elsewhere.example");
          connection.setRequestProperty("Connection", "close");
          connection.setRequestProperty("Authorization", "Bearer x");
          connection.setUseCaches(false);
          connection.setIfModifiedSince(1_000_000_000_000L);
          connection.setAllowUserInteraction(true);
          notes.note("property", () -> connection.getRequestProperty("x-one"));
          notes.note("restricted", () -> connection.getRequestProperty("Host"));
          notes.note("hidden", () -> connection.getRequestProperty("Authorization"));
          notes.note("properties", () -> sorted(connection.getRequestProperties()));
          notes.doing("null name", () -> connection.setRequestProperty(null, "x"));
          notes.doing("bad value", () -> connection.setRequestProperty("X-Bad", "a\nb"));
          notes.doing("bad method", () -> connection.setRequestMethod("PATCH"));
          notes.doing("bad timeout", () -> connection.setReadTimeout(-1));
          notes.note(
              "timeouts", () -> connection.getReadTimeout() + connection.getConnectTimeout());
          notes.note("echo", () -> text(connection.getInputStream()));
        });
  }

  @Test
  void whatComesTooLate() throws Exception {
    same(
        "/echo",
        (connection, notes) -> {
          connection.connect();
          notes.doing("property", () -> connection.setRequestProperty("X", "y"));
          notes.doing("add", () -> connection.addRequestProperty("X", "y"));
          notes.doing("method", () -> connection.setRequestMethod("DELETE"));
          notes.doing("output", () -> connection.setDoOutput(true));
          notes.doing("chunked", () -> connection.setChunkedStreamingMode(0));
          notes.doing("since", () -> connection.setIfModifiedSince(1));
          notes.doing("authenticator", () -> connection.setAuthenticator(new Nobody()));
          notes.doing("properties", connection::getRequestProperties);
          notes.note("code", connection::getResponseCode);
          notes.note("body", () -> text(connection.getInputStream()));
          notes.doing("write", connection::getOutputStream);
        });
  }

  @Test
  void aConnectionThatItsServerClosedIsNotUsedAgain() throws Exception {
    var calls = script(() -> Script.to(BREAKING.address()));
    for (int i = 0; i < 5; i++) {
      HttpURLConnection connection = (HttpURLConnection) new URL(url("/echo")).openConnection();

      assertThat(connection.getResponseCode()).isEqualTo(200);
      assertThat(text(connection.getInputStream())).startsWith("GET /echo");
      BREAKING.dropConnections();
    }
    assertThat(calls.all()).allSatisfy(call -> assertThat(call.outcomes()).hasSize(1));
  }

  @Test
  void aForgottenResponseEnds() throws Exception {
    var calls = script(() -> Script.to(GOOD.address()));

    assertThat(statusOnly(url("/chunked/100000"))).isEqualTo(200);

    org.awaitility.Awaitility.await()
        .until(
            () -> {
              System.gc();
              return calls.only().completion().isDone();
            });
  }

  private static int statusOnly(String url) throws Exception {
    return ((HttpURLConnection) new URL(url).openConnection()).getResponseCode();
  }

  private static final class Nobody extends java.net.Authenticator {}

  @Test
  void errorsAndTheirBodies() throws Exception {
    for (int status : new int[] {404, 410, 500, 503}) {
      same(
          "/status/" + status,
          (connection, notes) -> {
            notes.doing("input", connection::getInputStream);
            notes.doing("input again", connection::getInputStream);
            notes.note("code", connection::getResponseCode);
            notes.note("message", connection::getResponseMessage);
            notes.note("error", () -> text(connection.getErrorStream()));
            notes.note("field", () -> connection.getHeaderField(0));
          });
    }
  }

  @Test
  void postedForms() throws Exception {
    same(
        "/echo",
        (connection, notes) -> {
          connection.setDoOutput(true);
          notes.note("method before", connection::getRequestMethod);
          OutputStream out = connection.getOutputStream();
          notes.note("method", connection::getRequestMethod);
          notes.note("same stream", () -> connection.getOutputStream() == out);
          out.write("a=b".getBytes(StandardCharsets.UTF_8));
          notes.note("echo", () -> text(connection.getInputStream()));
          notes.doing("write after", () -> out.write(1));
        });
  }

  @Test
  void outputThatWasNotAskedFor() throws Exception {
    same(
        "/echo",
        (connection, notes) -> {
          notes.doing("output", connection::getOutputStream);
          connection.setDoInput(false);
          notes.doing("input", connection::getInputStream);
        });
  }

  @Test
  void streamedBodies() throws Exception {
    same(
        "/echo",
        (connection, notes) -> {
          connection.setDoOutput(true);
          connection.setFixedLengthStreamingMode(3);
          OutputStream out = connection.getOutputStream();
          notes.doing("write", () -> out.write(new byte[] {1, 2, 3}));
          notes.doing("too much", () -> out.write(4));
        });
    same(
        "/echo",
        (connection, notes) -> {
          connection.setDoOutput(true);
          connection.setChunkedStreamingMode(16);
          try (OutputStream out = connection.getOutputStream()) {
            out.write(new byte[100]);
          }
          notes.note("echo", () -> text(connection.getInputStream()));
        });
  }

  @Test
  void streamedBodiesAreNotRedirected() throws Exception {
    same(
        "/redirect/302?to=/echo",
        (connection, notes) -> {
          connection.setDoOutput(true);
          connection.setFixedLengthStreamingMode(1);
          try (OutputStream out = connection.getOutputStream()) {
            out.write(1);
          }
          notes.doing("input", connection::getInputStream);
        });
  }

  @Test
  void redirects() throws Exception {
    for (int status : new int[] {300, 301, 302, 303, 304, 307, 308}) {
      same(
          "/redirect/" + status + "?to=/echo/after",
          (connection, notes) -> {
            notes.note("code", connection::getResponseCode);
            notes.note("url", connection::getURL);
            notes.note("method", connection::getRequestMethod);
            notes.note("body", () -> text(connection.getInputStream()));
          });
    }
  }

  @Test
  void headAndEmptyResponses() throws Exception {
    for (String target : new String[] {"/big/100", "/empty/204", "/empty/200", "/echo"}) {
      same(
          target,
          (connection, notes) -> {
            connection.setRequestMethod("HEAD");
            notes.note("code", connection::getResponseCode);
            notes.note("length", connection::getContentLength);
            notes.note("body", () -> text(connection.getInputStream()));
          });
    }
  }

  @Test
  void closedStreams() throws Exception {
    same(
        "/big/100000",
        (connection, notes) -> {
          InputStream in = connection.getInputStream();
          notes.note("first", () -> in.read() >= 0);
          notes.note("skip", () -> in.skip(10));
          notes.note("mark", in::markSupported);
          in.close();
          notes.doing("read", in::read);
          notes.doing("close again", in::close);
          connection.disconnect();
          notes.note("code", connection::getResponseCode);
        });
  }
}
