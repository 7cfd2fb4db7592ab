package dev.weft.engine.routing;

import dev.weft.bridge.HeaderEdits;
import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.CorsPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Envoy's CORS filter, compiled for one rule. */
public final class Cors {

  private static final String ALLOW_ORIGIN = "access-control-allow-origin";
  private static final String ALLOW_CREDENTIALS = "access-control-allow-credentials";
  private static final String ALLOW_METHODS = "access-control-allow-methods";
  private static final String ALLOW_HEADERS = "access-control-allow-headers";
  private static final String EXPOSE_HEADERS = "access-control-expose-headers";
  private static final String MAX_AGE = "access-control-max-age";
  private static final String REQUEST_METHOD = "access-control-request-method";
  private static final String REQUEST_HEADERS = "access-control-request-headers";

  private final CorsPolicy policy;
  private final List<Predicate<String>> origins;
  private final boolean anyOrigin;

  Cors(CorsPolicy policy) {
    this.policy = policy;
    this.origins = policy.origins().stream().map(Texts::compile).toList();
    this.anyOrigin = origins.stream().anyMatch(origin -> origin.test("*"));
  }

  /** Whether the request comes from a page of some origin, and this rule looks at such requests. */
  public boolean concerns(Headers request, RandomGenerator random) {
    String origin = request.first("origin");
    return origin != null && !origin.isEmpty() && policy.share().hits(random);
  }

  /** The headers to answer a preflight request with; null when it is none, or goes on. */
  public @Nullable List<Entry<String, String>> preflight(RequestHead head) {
    Headers headers = head.headers();
    String method = headers.first(REQUEST_METHOD);
    if (!head.method().equals("OPTIONS") || method == null || method.isEmpty()) {
      return null;
    }
    boolean allowed = allows(headers.first("origin"));
    if (!allowed && policy.forwardUnmatched()) {
      return null;
    }
    List<Entry<String, String>> answer = new ArrayList<>(onResponse(headers));
    if (!allowed && policy.allowCredentials()) {
      answer.add(Map.entry(ALLOW_CREDENTIALS, "true"));
    }
    add(answer, ALLOW_METHODS, policy.allowMethods(), method);
    add(answer, ALLOW_HEADERS, policy.allowHeaders(), headers.first(REQUEST_HEADERS));
    add(answer, MAX_AGE, policy.maxAge(), "");
    return answer;
  }

  /** What a response to this request says; nothing to an origin that is not allowed. */
  public List<Entry<String, String>> onResponse(Headers request) {
    String origin = request.first("origin");
    if (origin == null || !allows(origin)) {
      return List.of();
    }
    List<Entry<String, String>> set = new ArrayList<>(3);
    set.add(Map.entry(ALLOW_ORIGIN, origin));
    if (policy.allowCredentials()) {
      set.add(Map.entry(ALLOW_CREDENTIALS, "true"));
    }
    add(set, EXPOSE_HEADERS, policy.exposeHeaders(), "");
    return set;
  }

  /** Edits of a rule, and then these headers in the place of whatever they say of the same. */
  public static HeaderEdits over(HeaderEdits rule, List<Entry<String, String>> headers) {
    if (headers.isEmpty()) {
      return rule;
    }
    List<Entry<String, String>> set = new ArrayList<>(rule.set());
    set.addAll(headers);
    List<Entry<String, String>> add = new ArrayList<>(rule.add());
    add.removeIf(
        pair -> headers.stream().anyMatch(own -> own.getKey().equalsIgnoreCase(pair.getKey())));
    return new HeaderEdits(rule.remove(), set, add);
  }

  // A star stands for what was asked for.
  private static void add(
      List<Entry<String, String>> set, String name, String value, @Nullable String asked) {
    if (!value.isEmpty()) {
      set.add(Map.entry(name, !value.equals("*") ? value : asked == null ? "" : asked));
    }
  }

  private boolean allows(@Nullable String origin) {
    return anyOrigin
        || (origin != null && origins.stream().anyMatch(allowed -> allowed.test(origin)));
  }
}
