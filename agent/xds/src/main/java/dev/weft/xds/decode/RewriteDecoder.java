package dev.weft.xds.decode;

import dev.weft.engine.config.Route.RegexRewrite;
import dev.weft.engine.config.Route.Rewrite;
import dev.weft.xds.proto.RegexMatchAndSubstitute;
import dev.weft.xds.proto.RouteAction;
import org.jspecify.annotations.Nullable;

/** What a route changes in path and authority. */
final class RewriteDecoder {

  private RewriteDecoder() {}

  static @Nullable Rewrite rewrite(RouteAction action, Where where)
      throws InvalidResourceException {
    String prefix = action.prefixRewrite().isEmpty() ? null : action.prefixRewrite();
    String host = action.hostRewriteLiteral();
    String authority = host == null || host.isEmpty() ? null : host;
    RegexMatchAndSubstitute regex = action.regexRewrite();
    if (prefix != null && regex != null) {
      throw where.refuse("prefix_rewrite and regex_rewrite (expected: at most one of them)");
    }
    if (prefix == null && regex == null && authority == null) {
      return null;
    }
    return new Rewrite(
        prefix, regex == null ? null : regex(regex, where.in("regex_rewrite")), authority);
  }

  static RegexRewrite regex(RegexMatchAndSubstitute regex, Where where)
      throws InvalidResourceException {
    var pattern = Regexes.compile(regex.pattern(), where.in("pattern"));
    String substitution = regex.substitution();
    for (int i = substitution.indexOf('\\'); i >= 0; i = substitution.indexOf('\\', i + 2)) {
      char next = i + 1 < substitution.length() ? substitution.charAt(i + 1) : ' ';
      boolean group = next >= '0' && next <= '9' && next - '0' <= pattern.groupCount();
      if (!group && next != '\\') {
        throw where
            .in("substitution")
            .refuse(
                "\""
                    + substitution
                    + "\" (expected: groups \\0 to \\"
                    + pattern.groupCount()
                    + ")");
      }
    }
    return new RegexRewrite(pattern, substitution);
  }
}
