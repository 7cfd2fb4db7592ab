package dev.weft.control.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What istiod made of a route, reduced to what this slice enforces, one line per route. */
final class EnvoyRoutes {

  private EnvoyRoutes() {}

  static List<String> lines(Json virtualHost) {
    return virtualHost.get("routes").list().stream().map(EnvoyRoutes::line).toList();
  }

  private static String line(Json route) {
    Json action = route.get("route");
    return String.join(
        " | ",
        route.get("name").text(),
        match(route.get("match")),
        action.isThere() ? clusters(action) : "nowhere",
        action.isThere() ? timeout(action) : "none",
        action.isThere() ? retries(action.get("retryPolicy")) : RouteLines.DEFAULT_RETRIES,
        "rewrite " + path(action) + " " + action.get("hostRewriteLiteral").text(),
        edits(route, "request"),
        edits(route, "response"));
  }

  private static String path(Json action) {
    Json regex = action.get("regexRewrite");
    return regex.isThere()
        ? regex.get("pattern").get("regex").text() + " to " + regex.get("substitution").text()
        : action.get("prefixRewrite").text();
  }

  private static String match(Json match) {
    List<String> conditions = new ArrayList<>();
    boolean ignoreCase = match.get("caseSensitive").text("true").equals("false");
    if (match.get("path").isThere()) {
      conditions.add("uri" + (ignoreCase ? "~" : "") + "=" + match.get("path").text());
    } else if (match.get("safeRegex").isThere()) {
      conditions.add("uri~" + match.get("safeRegex").get("regex").text());
    } else if (!match.get("prefix").text().equals("/")) {
      conditions.add("uri" + (ignoreCase ? "~" : "") + "^" + match.get("prefix").text());
    }
    match.get("headers").list().forEach(header -> conditions.add(header(header)));
    match
        .get("queryParameters")
        .list()
        .forEach(query -> conditions.add("?" + query.get("name").text() + string(query)));
    return conditions.stream().sorted().collect(Collectors.joining(" and "));
  }

  private static String header(Json header) {
    boolean invert = header.get("invertMatch").text().equals("true");
    return (invert ? "not " : "") + header.get("name").text() + string(header);
  }

  private static String string(Json condition) {
    Json match = condition.get("stringMatch");
    if (match.get("exact").isThere()) {
      return "=" + match.get("exact").text();
    }
    if (match.get("prefix").isThere()) {
      return "^" + match.get("prefix").text();
    }
    return match.get("safeRegex").isThere()
        ? "~" + match.get("safeRegex").get("regex").text()
        : " present";
  }

  private static String clusters(Json action) {
    if (action.get("cluster").isThere()) {
      return action.get("cluster").text() + " 1";
    }
    List<Json> weighted = action.get("weightedClusters").get("clusters").list();
    return weighted.size() == 1
        ? weighted.get(0).get("name").text() + " 1"
        : weighted.stream()
            .map(one -> one.get("name").text() + " " + one.get("weight").text() + cluster(one))
            .collect(Collectors.joining(", "));
  }

  private static String cluster(Json weighted) {
    return " {" + edits(weighted, "request") + " " + edits(weighted, "response") + "}";
  }

  private static String timeout(Json action) {
    return seconds(action.get("timeout").text("0s"));
  }

  static String seconds(String text) {
    BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
    return seconds.signum() == 0 ? "none" : seconds.stripTrailingZeros().toPlainString() + "s";
  }

  private static String retries(Json policy) {
    return policy.isThere()
        ? String.join(
            " ",
            policy.get("numRetries").text(),
            policy.get("retryOn").text(),
            policy.get("retriableStatusCodes").list().stream().map(Json::text).toList().toString(),
            seconds(policy.get("perTryTimeout").text("0s")),
            seconds(policy.get("retryBackOff").get("baseInterval").text("0.025s")))
        : "0";
  }

  private static String edits(Json holder, String which) {
    String add =
        holder.get(which + "HeadersToAdd").list().stream()
            .map(
                edit ->
                    (edit.get("appendAction").isThere() ? "set " : "add ")
                        + edit.get("header").get("key").text()
                        + "="
                        + edit.get("header").get("value").text())
            .collect(Collectors.joining(", "));
    return which
        + " ["
        + add
        + "] remove "
        + holder.get(which + "HeadersToRemove").list().stream().map(Json::text).toList();
  }
}
