package dev.weft.instrumentation.testing;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How a contract drives a client library. */
@SuppressWarnings("ArrayRecordComponent") // bodies, never compared as records
public interface ClientProbe extends AutoCloseable {

  /** What not every library can do. */
  enum Feature {
    /** A body whose length is not announced. */
    CHUNKED_BODY,
    /** A body that is written while it is sent, and cannot be asked for again. */
    ONE_SHOT_BODY,
    /** The library may be told to follow redirects. */
    REDIRECTS,
    /** A call that waits for its response head can be cancelled. */
    CANCEL,
    /** One connection carries several requests at once. */
    MULTIPLEXED,
    /** A cookie store of the library's own. */
    COOKIES,
    /** Credentials are asked for when a server demands them. */
    BASIC
  }

  /** How a request's body is given to the library. */
  enum Sending {
    /** From memory: can be given again. */
    MEMORY,
    /** Streamed, its length announced, once. */
    STREAMED,
    /** Streamed, its length not announced, once. */
    CHUNKED
  }

  /**
   * A request.
   *
   * @param body null: none
   * @param timeout the library's own, until the response head
   */
  record Request(
      String method,
      String url,
      Map<String, String> headers,
      byte @Nullable [] body,
      Sending sending,
      boolean followsRedirects,
      @Nullable Duration timeout) {

    public static Request get(String url) {
      return new Request("GET", url, Map.of(), null, Sending.MEMORY, false, null);
    }

    public static Request post(String url, byte[] body, Sending sending) {
      return new Request("POST", url, Map.of(), body, sending, false, null);
    }

    public Request with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Request(method, url, more, body, sending, followsRedirects, timeout);
    }

    public Request following() {
      return new Request(method, url, headers, body, sending, true, timeout);
    }

    public Request timeout(Duration limit) {
      return new Request(method, url, headers, body, sending, followsRedirects, limit);
    }

    public Request method(String other) {
      return new Request(other, url, headers, body, sending, followsRedirects, timeout);
    }
  }

  /**
   * A response, its body read to the end.
   *
   * @param url where it came from, in the application's eyes
   */
  record Reply(int status, Map<String, List<String>> headers, byte[] body, String url) {

    public String text() {
      return new String(body, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** The first value, whatever the name's case. */
    public @Nullable String header(String name) {
      return Behaviour.first(headers, name);
    }
  }

  /** A call under way. */
  interface Pending {
    CompletableFuture<Reply> reply();

    /** As an application would give it up. */
    void cancel();

    /** Completes when the application has seen the response head. */
    CompletableFuture<Void> head();
  }

  Set<Feature> features();

  /** Of the URLs that it asks for. */
  default String scheme() {
    return "http";
  }

  Pending start(Request request);

  /** Blocks for the reply; throws what the application would see. */
  default Reply call(Request request) throws Exception {
    return Replies.get(start(request).reply());
  }

  /** Where the library's requests end up: an origin that speaks what it speaks. */
  default Origin origin() {
    return SocketOrigin.start();
  }

  /** One that breaks connections on demand: HTTP/1.1, whatever the library speaks. */
  default SocketOrigin breaking() {
    return SocketOrigin.start();
  }

  /** Such an origin that answers everything with one status. */
  default Origin always(int status) {
    return SocketOrigin.always(status);
  }

  @Override
  default void close() {}
}
