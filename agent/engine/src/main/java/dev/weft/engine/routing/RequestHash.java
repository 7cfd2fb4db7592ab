package dev.weft.engine.routing;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.HashPolicy;
import dev.weft.engine.hash.XxHash64;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's hash of a request by the hash policies of its route. As there, it is taken from the
 * request as it will be sent, so after the rule's edits.
 */
public final class RequestHash {

  private final List<HashPolicy> policies;
  private final HeaderEdits edits;

  RequestHash(List<HashPolicy> policies, HeaderEdits edits) {
    this.policies = policies;
    this.edits = edits;
  }

  /**
   * What a request is hashed by.
   *
   * @param headers the application's, and those carried over
   * @param sent its target and authority as the rule rewrites them
   * @param source the caller's address; null where it is not known
   */
  public record Request(RequestHead head, Headers headers, Sent sent, @Nullable String source) {}

  /** What goes on the wire. */
  public record Sent(String target, String authority) {}

  /**
   * A hash.
   *
   * @param setCookie that the response has to set, so that the next request has the same hash;
   *     null: none
   */
  public record Hash(long value, @Nullable String setCookie) {}

  /** Null where no policy finds anything to hash. */
  public @Nullable Hash of(Request request, RandomGenerator random) {
    Hash hash = null;
    for (HashPolicy policy : policies) {
      Hash next = hash(policy, request, random);
      if (next != null) {
        hash = hash == null ? next : both(hash, next);
      }
      if (policy.terminal() && hash != null) {
        break;
      }
    }
    return hash;
  }

  // Rotated, so that a rule written twice does not cancel itself out.
  private static Hash both(Hash first, Hash second) {
    return new Hash(
        Long.rotateLeft(first.value, 1) ^ second.value,
        first.setCookie == null ? second.setCookie : first.setCookie);
  }

  private @Nullable Hash hash(HashPolicy policy, Request request, RandomGenerator random) {
    if (policy instanceof HashPolicy.Header header) {
      return header(values(header.name(), request));
    }
    if (policy instanceof HashPolicy.Cookie cookie) {
      String value = Cookies.value(values("cookie", request), cookie.name());
      return value.isEmpty() ? given(cookie, random) : hash(value);
    }
    String text =
        policy instanceof HashPolicy.QueryParameter parameter
            ? parameter(request.sent.target, parameter.name())
            : request.source;
    return text == null ? null : hash(text);
  }

  private static Hash hash(String text) {
    return new Hash(XxHash64.of(text), null);
  }

  /** Whatever the order of the values. */
  private static @Nullable Hash header(List<String> values) {
    if (values.isEmpty()) {
      return null;
    }
    Collections.sort(values);
    long hash = 0;
    for (String value : values) {
      hash = XxHash64.of(value, hash);
    }
    return new Hash(hash, null);
  }

  private static @Nullable Hash given(HashPolicy.Cookie cookie, RandomGenerator random) {
    if (cookie.ttl() == null) {
      return null;
    }
    String value = HexFormat.of().toHexDigits(random.nextLong());
    return new Hash(XxHash64.of(value), Cookies.setting(cookie, value));
  }

  private List<String> values(String name, Request request) {
    List<String> values = new ArrayList<>();
    String pseudo = pseudo(name, request);
    if (pseudo != null) {
      values.add(pseudo);
      return values;
    }
    boolean replaced = edits(edits.set(), name, values);
    if (!replaced && !edits.removes(name)) {
      values.addAll(request.headers.all(name));
    }
    edits(edits.add(), name, values);
    return values;
  }

  private static boolean edits(
      List<Map.Entry<String, String>> pairs, String name, List<String> values) {
    boolean found = false;
    for (Map.Entry<String, String> pair : pairs) {
      if (pair.getKey().equalsIgnoreCase(name)) {
        values.add(pair.getValue());
        found = true;
      }
    }
    return found;
  }

  private static @Nullable String pseudo(String name, Request request) {
    return switch (name) {
      case ":method" -> request.head.method();
      case ":scheme" -> request.head.scheme();
      case ":path" -> request.sent.target;
      case ":authority", "host" -> request.sent.authority;
      default -> null;
    };
  }

  /** As it is written: neither name nor value is decoded. */
  private static @Nullable String parameter(String target, String name) {
    int question = target.indexOf('?');
    if (question < 0) {
      return null;
    }
    int fragment = target.indexOf('#', question);
    String query = target.substring(question + 1, fragment < 0 ? target.length() : fragment);
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (pair.substring(0, equals < 0 ? pair.length() : equals).equals(name)) {
        return equals < 0 ? "" : pair.substring(equals + 1);
      }
    }
    return null;
  }
}
