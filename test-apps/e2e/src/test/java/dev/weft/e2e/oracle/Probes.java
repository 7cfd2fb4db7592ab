package dev.weft.e2e.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Requests that try an Envoy's routes: one that meets each route's conditions, and others a little
 * beside them, as hostile as a client can make them.
 */
final class Probes {

  private static final List<String> METHODS =
      List.of("POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH");

  private static final int KEYS = 6;

  private static final List<String> ORIGINS =
      List.of(
          "https://a.example",
          "https://x.b.example",
          "https://x.c.example",
          "https://A.example",
          "null",
          "");

  private static final List<String> FAILURES =
      List.of("503", "503,200", "reset", "reset,200", "429,200", "404", "500,502,200", "slow:900");

  private static final List<String> TAILS =
      List.of(
          "x",
          "/x",
          "/",
          "//",
          "/.",
          "/..",
          "/../x",
          "/./x",
          "%2F..",
          "%2fx",
          "/%2e%2e/x",
          "%00",
          ";v=1",
          "/;v=1/x",
          "%20",
          "%c3%a9",
          "%C3%A9",
          "?a",
          "?a=",
          "?a=1&a=2",
          "?=",
          "?a=%26",
          "/x?y=/z",
          "+",
          "%25",
          "/~x",
          "/*",
          "/x//y",
          "%E2%82%AC");

  private final Random random;
  private final int beside;
  private final boolean mayFail;
  private final Predicate<JsonNode> isComparable;
  private final List<Request> requests = new ArrayList<>();

  /**
   * @param beside how many requests a little beside each route
   * @param mayFail whether backends may fail, which others would notice that eject endpoints
   * @param isComparable whether both ways can serve this virtual host at all
   */
  Probes(Random random, int beside, boolean mayFail, Predicate<JsonNode> isComparable) {
    this.isComparable = isComparable;
    this.random = random;
    this.beside = beside;
    this.mayFail = mayFail;
  }

  /** For all routes of this table, which belongs to this port. */
  Probes table(JsonNode table, int port) {
    for (JsonNode host : table.path("virtualHosts")) {
      List<String> names = names(host, port);
      if (!names.isEmpty() && isComparable.test(host)) {
        host(host, names, port);
      }
    }
    return this;
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  private static List<String> names(JsonNode host, int port) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode domain : host.path("domains")) {
      // Where there is a host for all others, nobody knows this one.
      String name =
          domain.asText().replaceFirst("^\\*\\.", "w.").replaceFirst("^\\*$", "stranger.example");
      if (!name.contains("*")) {
        names.add(port == 80 ? name : name + ":" + port);
      }
    }
    return List.copyOf(names);
  }

  private void host(JsonNode host, List<String> names, int port) {
    for (String name : names) {
      requests.add(Request.get(name, "/"));
    }
    String name = names.get(0);
    String bare = port == 80 ? name : name.substring(0, name.lastIndexOf(':'));
    requests.add(Request.get(bare + ":" + port, "/"));
    requests.add(Request.get(name.toUpperCase(Locale.ROOT), "/"));
    for (JsonNode route : host.path("routes")) {
      Request base = meeting(route.path("match"), Request.get(name, "/"));
      requests.add(isDrawn(route) ? base.drawn() : base);
      for (JsonNode policy : route.at("/route/hashPolicy")) {
        keyed(base, policy);
      }
      if (route.toString().contains("CorsPolicy")) {
        origins(base);
      }
      boolean isCookieMade = !route.findValues("cookie").isEmpty();
      for (int i = 0; i < beside; i++) {
        requests.add(beside(base, mayFail && !isCookieMade));
      }
    }
  }

  /** From pages of these origins: requests, and the preflights before them. */
  private void origins(Request base) {
    for (String origin : ORIGINS) {
      Request from = base.with("origin", origin);
      requests.add(from);
      requests.add(from.method("OPTIONS").with("access-control-request-method", "PUT"));
      requests.add(
          from.method("OPTIONS")
              .with("access-control-request-method", "DELETE")
              .with("access-control-request-headers", "x-a, x-z"));
    }
  }

  /** With what the endpoint is chosen by: the same value leads to the same one, here and there. */
  private void keyed(Request base, JsonNode policy) {
    for (int i = 0; i < KEYS; i++) {
      String value = Integer.toString(random.nextInt(1_000_000), 36);
      if (policy.has("header")) {
        requests.add(base.with(policy.at("/header/headerName").asText(), value));
      } else if (policy.has("cookie")) {
        requests.add(base.with("cookie", policy.at("/cookie/name").asText() + "=" + value));
      } else if (policy.has("queryParameter")) {
        String joint = base.target().contains("?") ? "&" : "?";
        String name = policy.at("/queryParameter/name").asText();
        requests.add(base.target(base.target() + joint + name + "=" + value));
      }
    }
  }

  /** Whether chance has a part in what becomes of a request. */
  private static boolean isDrawn(JsonNode route) {
    return route.at("/route/weightedClusters/clusters").size() > 1
        || !route.findValues("numerator").isEmpty();
  }

  private static Request meeting(JsonNode match, Request request) {
    Request met = request.target(path(match));
    for (JsonNode header : match.path("headers")) {
      String name = header.path("name").asText();
      String value = value(header.path("stringMatch"));
      if (header.path("invertMatch").asBoolean()) {
        continue;
      }
      if (name.equals(":method")) {
        met = met.method(value);
      } else if (name.equals(":authority")) {
        // A name made up for a prefix is nobody's; the host's own has it already.
        met = header.at("/stringMatch/exact").isTextual() ? met.authority(value) : met;
      } else if (!name.startsWith(":")) {
        met = met.with(name, value);
      }
    }
    StringBuilder query = new StringBuilder();
    for (JsonNode parameter : match.path("queryParameters")) {
      query.append(query.isEmpty() ? '?' : '&').append(parameter.path("name").asText());
      query.append('=').append(value(parameter.path("stringMatch")));
    }
    return met.target(met.target() + query);
  }

  private static String path(JsonNode match) {
    if (match.has("path")) {
      return match.path("path").asText();
    }
    if (match.has("safeRegex")) {
      return sample(match.at("/safeRegex/regex").asText()).replaceFirst("^(?!/)", "/");
    }
    return match.has("prefix")
        ? match.path("prefix").asText()
        : match.path("pathSeparatedPrefix").asText("/");
  }

  private static String value(JsonNode text) {
    if (text.has("exact")) {
      return text.path("exact").asText();
    }
    if (text.has("prefix")) {
      return text.path("prefix").asText() + "z";
    }
    return text.has("safeRegex") ? sample(text.at("/safeRegex/regex").asText()) : "any";
  }

  /** A text that the expressions of these tests match. */
  static String sample(String regex) {
    return regex
        .replaceAll("[\\^$()]", "")
        .replace("[.]", ".")
        .replace("[0-9]+", "42")
        .replace("[0-9]", "7")
        .replace("[a-z]+", "abc")
        .replace(".*", "any")
        .replace(".+", "some")
        .replace("\\.", ".")
        .replaceAll("\\|.*", "");
  }

  private Request beside(Request base, boolean isFailing) {
    return switch (random.nextInt(isFailing ? 12 : 10)) {
      case 0 -> base.method(one(METHODS));
      case 1, 2 -> tail(base);
      case 3 -> base.target(folded(base.target()));
      case 4 -> base.target("/" + base.target());
      case 5 -> base.target(encoded(base.target()));
      case 6 -> headers(base);
      case 7 -> base.headers(base.headers().stream().skip(1).toList());
      case 8 -> tail(headers(base));
      case 9 -> base.authority(folded(base.authority()));
      default -> base.method(random.nextBoolean() ? "GET" : "POST").behaving(one(FAILURES));
    };
  }

  private Request tail(Request base) {
    String target = base.target();
    String tail = one(TAILS);
    int query = target.indexOf('?');
    if (query >= 0 && tail.startsWith("?")) {
      return base.target(target + "&" + tail.substring(1));
    }
    return query < 0
        ? base.target(target + tail)
        : base.target(target.substring(0, query) + tail + target.substring(query));
  }

  /** A header repeated, empty, in another case, with blanks, before or after its like. */
  private Request headers(Request base) {
    if (base.headers().isEmpty()) {
      return base.with("x-hostile", one(List.of("", "a,b", "a", "%00")));
    }
    List<Header> headers = new ArrayList<>(base.headers());
    int at = random.nextInt(headers.size());
    Header one = headers.get(at);
    switch (random.nextInt(7)) {
      case 0 -> headers.set(at, new Header(one.name(), ""));
      case 1 -> headers.set(at, new Header(one.name(), folded(one.value())));
      case 2 -> headers.set(at, new Header(one.name(), one.value() + "x"));
      case 3 -> headers.add(new Header(one.name(), "other"));
      case 4 -> headers.add(0, new Header(one.name(), "other"));
      case 5 -> headers.add(one);
      default -> headers.set(at, new Header(one.name(), one.value() + ", other"));
    }
    return base.headers(headers);
  }

  private String folded(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return upper.equals(text) ? text.toLowerCase(Locale.ROOT) : upper;
  }

  /** With one of its letters encoded. */
  private String encoded(String target) {
    for (int i = 1; i < target.length() && target.charAt(i) != '?'; i++) {
      if (Character.isLetterOrDigit(target.charAt(i))) {
        return target.substring(0, i)
            + String.format(
                Locale.ROOT, random.nextBoolean() ? "%%%02x" : "%%%02X", (int) target.charAt(i))
            + target.substring(i + 1);
      }
    }
    return target;
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
