package dev.weft.engine.routing;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.HashPolicy;
import dev.weft.engine.hash.XxHash64;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
   * @param setCookies that the response has to set, so that the next request has the same hash
   */
  public record Hash(long value, List<String> setCookies) {}

  /** Null where no policy finds anything to hash. */
  public @Nullable Hash of(Request request, RandomGenerator random) {
    Given given = new Given(random);
    boolean found = false;
    long hash = 0;
    for (HashPolicy policy : policies) {
      Long next = hash(policy, request, given);
      if (next != null) {
        // Rotated, so that a rule written twice does not cancel itself out.
        hash = found ? Long.rotateLeft(hash, 1) ^ next : next;
        found = true;
      }
      if (policy.terminal() && found) {
        break;
      }
    }
    return found ? new Hash(hash, given.setCookies()) : null;
  }

  private @Nullable Long hash(HashPolicy policy, Request request, Given given) {
    if (policy instanceof HashPolicy.Header header) {
      return header(values(header.name(), request));
    }
    if (policy instanceof HashPolicy.Cookie cookie) {
      String value = Cookies.value(values("cookie", request), cookie.name());
      String known = value.isEmpty() ? given.value(cookie) : value;
      return known == null ? null : (Long) XxHash64.of(known);
    }
    String text =
        policy instanceof HashPolicy.QueryParameter parameter
            ? parameter(request.sent.target, parameter.name())
            : request.source;
    return text == null ? null : (Long) XxHash64.of(text);
  }

  /** Whatever the order of the values. */
  private static @Nullable Long header(List<String> values) {
    if (values.isEmpty()) {
      return null;
    }
    Collections.sort(values);
    long hash = 0;
    for (String value : values) {
      hash = XxHash64.of(value, hash);
    }
    return hash;
  }

  /**
   * The cookies that are made up for one request. Several destinations of a rule may ask for the
   * same one: Envoy makes up a value for each, of which the client keeps the last, so that its
   * second request goes elsewhere. Here they share one.
   */
  private static final class Given {

    private final RandomGenerator random;
    private Map<String, String> values = Map.of();
    private List<String> setCookies = List.of();

    Given(RandomGenerator random) {
      this.random = random;
    }

    /** Null for a cookie that is none of ours to give. */
    @Nullable String value(HashPolicy.Cookie cookie) {
      String known = values.get(cookie.name());
      if (known != null || cookie.ttl() == null) {
        return known;
      }
      if (values.isEmpty()) {
        values = new HashMap<>();
        setCookies = new ArrayList<>();
      }
      String value = HexFormat.of().toHexDigits(random.nextLong());
      values.put(cookie.name(), value);
      setCookies.add(Cookies.setting(cookie, value));
      return value;
    }

    List<String> setCookies() {
      return List.copyOf(setCookies);
    }
  }

  private List<String> values(String name, Request request) {
    List<String> values = new ArrayList<>();
    Sent sent = request.sent;
    String pseudo = PseudoHeaders.of(name, request.head, sent.authority, sent.target);
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
