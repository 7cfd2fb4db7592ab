package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.CorsPolicy;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.StringMatch;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code corsPolicy}. */
final class CorsReader {

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*");

  private CorsReader() {}

  static @Nullable CorsPolicy read(ObjectReader route) {
    if (!route.has("corsPolicy")) {
      return null;
    }
    ObjectReader cors = route.object("corsPolicy");
    for (String method : cors.texts("allowMethods")) {
      if (!METHODS.contains(method)) {
        cors.report(
            FindingCode.INVALID,
            "allowMethods",
            Excerpt.of(method) + " (expected: a method of HTTP, or *)");
      }
    }
    headers(cors, "allowHeaders");
    headers(cors, "exposeHeaders");
    Duration maxAge = cors.duration("maxAge");
    if (maxAge != null && !maxAge.equals(maxAge.truncatedTo(ChronoUnit.SECONDS))) {
      cors.report(FindingCode.INVALID, "maxAge", maxAge + " (expected: whole seconds)");
    }
    return new CorsPolicy(
        cors.has("allowOrigins") ? origins(cors) : older(cors),
        cors.texts("allowMethods"),
        cors.texts("allowHeaders"),
        cors.texts("exposeHeaders"),
        cors.has("allowCredentials") ? (Boolean) cors.flag("allowCredentials") : null,
        maxAge,
        !cors.text("unmatchedPreflights").equals("IGNORE"));
  }

  private static List<StringMatch> origins(ObjectReader cors) {
    return cors.objects("allowOrigins").stream().map(CorsReader::origin).toList();
  }

  private static StringMatch origin(ObjectReader origin) {
    StringMatch match = MatchReader.read(origin);
    boolean empty = match instanceof StringMatch.Exact exact && exact.value().isEmpty();
    if (empty || match instanceof StringMatch.Present) {
      origin.report(FindingCode.INVALID, "is empty (expected: exact, prefix or regex)");
    }
    return match;
  }

  private static List<StringMatch> older(ObjectReader cors) {
    return cors.texts("allowOrigin").stream()
        .map(origin -> (StringMatch) new StringMatch.Exact(origin))
        .toList();
  }

  private static void headers(ObjectReader cors, String field) {
    for (String name : cors.texts(field)) {
      if (!name.equals("*") && !HeadersReader.isHeaderName(name)) {
        cors.report(FindingCode.INVALID, field, HeadersReader.notAHeader(name));
      }
    }
  }
}
