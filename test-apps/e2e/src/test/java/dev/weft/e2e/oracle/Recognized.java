package dev.weft.e2e.oracle;

import java.util.List;
import java.util.Set;

/**
 * The classes of differences that are none for these tests, each with its reason. What is in none
 * of them fails a test. docs/compatibility.md explains them to users.
 */
enum Recognized {
  OWN_HEADERS(
      "headers about the request itself",
      "Both number requests (`x-request-id`) and trace them. A sidecar adds `x-forwarded-proto`,"
          + " `x-envoy-expected-rq-timeout-ms`, `x-envoy-upstream-service-time` and `server`; the"
          + " agent adds `x-weft-flags` to what it answers itself, and tells other agents who asks"
          + " (`x-envoy-peer-metadata`)."),
  DEFAULT_PORT(
      "the default port in `Host`",
      "A sidecar passes on `reviews:80` as it is written. The JDK's client leaves `:80` out, with"
          + " or without a mesh."),
  JOINED_HEADERS(
      "repeated headers in one line",
      "Envoy joins the values of a few headers that it knows (`user-agent`) by commas. The agent"
          + " sends as many lines as the application wrote."),
  GENERATED_COOKIES(
      "the value of a cookie that the mesh makes up",
      "`consistentHash.httpCookie` with a `ttl`: each makes up its own value, and chooses the"
          + " endpoint by it. Name, path and attributes are the same, and so is the endpoint once"
          + " the client sends the cookie back. Where several destinations of a rule ask for the"
          + " same cookie, Envoy gives it as often, the agent once."),
  COPIES(
      "headers of mirrored copies",
      "Envoy marks them with `x-envoy-internal` and `x-forwarded-for`. The agent sends each on a"
          + " connection of its own (`connection: close`), drops what would have to wait, and knows"
          + " the application's headers, not those that its library adds (`user-agent:"
          + " Java-http-client`, `content-length: 0`)."),
  HEAD_REPLIES(
      "the length of an empty answer to `HEAD`",
      "Where the mesh itself answers, Envoy announces chunks that never come, the agent no bytes."),
  UNRESOLVED_HOSTS(
      "names that DNS does not know",
      "503 both ways. Envoy asks DNS beforehand and has `no healthy upstream`; in a JVM the"
          + " connection fails.");

  /** Headers that Envoy keeps in one line. */
  private static final Set<String> INLINE = Set.of("user-agent", "accept", "authorization");

  private static final Set<String> OF_REQUESTS =
      Set.of(
          Backends.ID,
          "x-request-id",
          "x-forwarded-proto",
          "x-envoy-expected-rq-timeout-ms",
          "x-envoy-peer-metadata",
          "x-envoy-peer-metadata-id",
          "traceparent",
          "tracestate");

  private static final Set<String> OF_COPIES =
      Set.of("x-envoy-internal", "x-forwarded-for", "connection");

  private static final Set<String> OF_RESPONSES =
      Set.of("x-envoy-upstream-service-time", "server", "date", "x-weft-flags", "connection");

  /** Without the reason that a connection gives which somebody refused. */
  private static final List<String> UNRESOLVED =
      List.of(
          "upstream connect error or disconnect/reset before headers."
              + " reset reason: remote connection failure",
          "upstream connect error or disconnect/reset before headers."
              + " retried and the latest reset reason: remote connection failure");

  private static final String NO_ENDPOINT = "no healthy upstream";

  private final String title;
  private final String explanation;

  Recognized(String title, String explanation) {
    this.title = title;
    this.explanation = explanation;
  }

  /** A row of the table in the documentation. */
  String row() {
    return "| " + title + " | " + explanation + " |";
  }

  static boolean isOfRequests(Header header) {
    return OF_REQUESTS.contains(header.name())
        || OF_COPIES.contains(header.name())
        || (header.name().equals("content-length") && header.value().equals("0"))
        || (header.name().equals("user-agent") && header.value().startsWith("Java-http-client"));
  }

  static boolean isOfResponses(Header header) {
    return OF_RESPONSES.contains(header.name());
  }

  /** The values of one header, as lines. */
  static List<String> lines(String name, List<String> values) {
    if (name.equals("host")) {
      return values.stream().map(value -> value.replaceFirst(":80$", "")).toList();
    }
    if (name.equals("set-cookie")) {
      return values.stream().map(value -> value.replaceFirst("=[^;]*", "=…")).distinct().toList();
    }
    return INLINE.contains(name) ? List.of(String.join(",", values)) : values;
  }

  /** Whether the endpoint was chosen by a value that was made up, and is told the client now. */
  static boolean isByGeneratedCookie(Answer answer) {
    return answer.headers().stream().anyMatch(it -> it.name().equals("set-cookie"));
  }

  /** The answer without what tells how long an empty one is. */
  static Answer headReply(Answer answer, boolean isReached) {
    boolean isEmptyReply = !isReached && answer.body().isEmpty() && answer.status() != 0;
    return isEmptyReply
        ? new Answer(
            answer.status(),
            "",
            answer.headers().stream()
                .filter(it -> !it.name().matches("content-length|transfer-encoding"))
                .toList(),
            answer.millis())
        : answer;
  }

  /** The answer where nobody was reached, since a host has no address. */
  static Answer reached(Answer answer, boolean isReached) {
    for (String text : UNRESOLVED) {
      boolean isThat =
          answer.body().isEmpty() ? length(answer) == text.length() : answer.body().equals(text);
      if (!isReached && answer.status() == 503 && isThat) {
        return new Answer(
            503,
            answer.body().isEmpty() ? "" : NO_ENDPOINT,
            answer.headers().stream().map(Recognized::shorter).toList(),
            answer.millis());
      }
    }
    return answer;
  }

  private static int length(Answer answer) {
    return answer.headers().stream()
        .filter(it -> it.name().equals("content-length"))
        .mapToInt(it -> Integer.parseInt(it.value()))
        .findFirst()
        .orElse(-1);
  }

  private static Header shorter(Header header) {
    return header.name().equals("content-length")
        ? new Header(header.name(), Integer.toString(NO_ENDPOINT.length()))
        : header;
  }
}
