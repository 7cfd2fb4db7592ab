package dev.weft.control.config.istio;

import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.schema.Syntax;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.CallerFilter;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.StringMatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one match block of an HTTP route. */
final class MatchReader {

  static final String MESH = "mesh";
  private static final String CLAIM = "@request.auth.claims";

  private final ObjectReader block;

  MatchReader(ObjectReader block) {
    this.block = block;
  }

  /** Empty for a block that only other gateways look at. */
  Optional<RouteMatch> read() {
    RouteMatch match =
        new RouteMatch(
            block.text("name"),
            field("uri"),
            block.flag("ignoreUriCase"),
            field("method"),
            field("scheme"),
            field("authority"),
            byHeader("headers"),
            byHeader("withoutHeaders"),
            byKey("queryParams"),
            callers());
    List<String> gateways = block.texts("gateways");
    if (!gateways.isEmpty() && !gateways.contains(MESH)) {
      block.report(
          FindingCode.GATEWAYS_ONLY,
          "gateways",
          String.join(", ", gateways) + ": the block never matches in a workload");
      return Optional.empty();
    }
    return Optional.of(match);
  }

  CallerFilter callers() {
    int port = block.number("port", 0);
    if (port > 65535) {
      block.report(FindingCode.INVALID, "port", port + " (expected: 1 to 65535)");
    }
    String namespace = block.text("sourceNamespace");
    if (!namespace.isEmpty() && !Syntax.isHost(namespace)) {
      block.report(
          FindingCode.INVALID,
          "sourceNamespace",
          Excerpt.of(namespace) + " (expected: a namespace)");
      return CallerFilter.ANYONE;
    }
    Integer calledPort = port == 0 ? null : Integer.valueOf(port);
    // As in istiod: a block that names gateways is not asked for its callers.
    return block.texts("gateways").isEmpty()
        ? new CallerFilter(
            block.textsByKey("sourceLabels"),
            namespace.isEmpty() ? null : new Namespace(namespace),
            calledPort)
        : new CallerFilter(Map.of(), null, calledPort);
  }

  /** An empty match on a field that every request has is none at all. */
  private @Nullable StringMatch field(String name) {
    StringMatch match = read(block.object(name));
    return match instanceof StringMatch.Present ? null : match;
  }

  private Map<String, StringMatch> byHeader(String field) {
    Map<String, StringMatch> matches = new LinkedHashMap<>();
    byKey(field)
        .forEach(
            (name, match) -> {
              if (name.startsWith(CLAIM)) {
                block.report(
                    FindingCode.INVALID,
                    field,
                    "the claim " + Excerpt.of(name) + " (expected: only at gateways)");
              } else if (!HeadersReader.isHeaderName(name)) {
                block.report(FindingCode.INVALID, field, HeadersReader.notAHeader(name));
              }
              matches.put(name.toLowerCase(Locale.ROOT), match);
            });
    return matches;
  }

  private Map<String, StringMatch> byKey(String field) {
    Map<String, StringMatch> matches = new LinkedHashMap<>();
    block.objectsByKey(field).forEach((name, match) -> matches.put(name, read(match)));
    return matches;
  }

  static StringMatch read(ObjectReader match) {
    if (match.has("exact")) {
      return new StringMatch.Exact(match.text("exact"));
    }
    if (match.has("prefix")) {
      if (match.text("prefix").isEmpty()) {
        match.report(FindingCode.INVALID, "prefix", "is empty (expected: some text)");
      }
      return new StringMatch.Prefix(match.text("prefix"));
    }
    return match.has("regex") && !match.text("regex").equals("*")
        ? new StringMatch.Regex(match.text("regex"))
        : new StringMatch.Present();
  }
}
