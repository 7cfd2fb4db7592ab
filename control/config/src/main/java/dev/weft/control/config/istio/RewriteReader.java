package dev.weft.control.config.istio;

import com.google.re2j.Pattern;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.Rewrite;
import org.jspecify.annotations.Nullable;

/** Reads {@code rewrite}. */
final class RewriteReader {

  private RewriteReader() {}

  static @Nullable Rewrite read(ObjectReader route) {
    if (!route.has("rewrite")) {
      return null;
    }
    ObjectReader rewrite = route.object("rewrite");
    String uri = rewrite.text("uri");
    String authority = rewrite.text("authority");
    boolean regex = rewrite.has("uriRegexRewrite");
    if (uri.isEmpty() && authority.isEmpty() && !regex) {
      route.report(FindingCode.MISSING, "rewrite", "is empty (expected: uri or authority)");
    }
    if (regex && !uri.isEmpty()) {
      rewrite.report(
          FindingCode.CONFLICTING_FIELDS,
          "uri",
          "set together with uriRegexRewrite (expected: one of them)");
    }
    return new Rewrite(
        uri.isEmpty() ? null : uri,
        regex ? regex(rewrite.object("uriRegexRewrite")) : null,
        authority.isEmpty() ? null : authority);
  }

  private static Rewrite.Regex regex(ObjectReader regex) {
    String pattern = regex.text("match");
    String substitution = regex.text("rewrite");
    if (pattern.isEmpty() || substitution.isEmpty()) {
      regex.report(FindingCode.MISSING, "is incomplete (expected: match and rewrite)");
    } else {
      checkGroups(regex, Pattern.compile(pattern).groupCount(), substitution);
    }
    return new Rewrite.Regex(pattern, substitution);
  }

  /** istiod passes a wrong group on, and Envoy then refuses all routes of the port. */
  private static void checkGroups(ObjectReader regex, int groups, String substitution) {
    for (int i = substitution.indexOf('\\'); i >= 0; i = substitution.indexOf('\\', i + 2)) {
      char next = i + 1 < substitution.length() ? substitution.charAt(i + 1) : ' ';
      boolean group = next >= '0' && next <= '9' && next - '0' <= groups;
      if (!group && next != '\\') {
        regex.report(
            FindingCode.INVALID,
            "rewrite",
            Excerpt.of(substitution) + " (expected: groups \\0 to \\" + groups + ")");
        return;
      }
    }
  }
}
