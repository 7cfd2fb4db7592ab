package dev.weft.xds.decode;

import dev.weft.engine.config.Route.Action;
import dev.weft.engine.config.Route.RegexRewrite;
import dev.weft.xds.proto.DataSource;
import dev.weft.xds.proto.DirectResponseAction;
import dev.weft.xds.proto.RedirectAction;
import dev.weft.xds.proto.RedirectActionRedirectResponseCode;
import dev.weft.xds.proto.RegexMatchAndSubstitute;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Actions that answer a request themselves. */
final class LocalActionDecoder {

  private static final int MOST_PORT = 65_535;

  private LocalActionDecoder() {}

  static Action.Respond respond(DirectResponseAction action, Where where)
      throws InvalidResourceException {
    if (action.status() < 200 || action.status() > 599) {
      throw where.in("status").refuse(action.status() + " (expected: 200 to 599)");
    }
    return new Action.Respond((int) action.status(), body(action.body(), where.in("body")));
  }

  private static byte[] body(@Nullable DataSource body, Where where)
      throws InvalidResourceException {
    if (body != null && body.filename() != null) {
      throw where.refuse("filename (expected: inline_string or inline_bytes)");
    }
    if (body != null && body.inlineString() != null) {
      return body.inlineString().getBytes(StandardCharsets.UTF_8);
    }
    return body == null || body.inlineBytes() == null ? new byte[0] : body.inlineBytes();
  }

  static Action.Redirect redirect(RedirectAction action, Where where)
      throws InvalidResourceException {
    if (action.portRedirect() > MOST_PORT) {
      throw where
          .in("port_redirect")
          .refuse(action.portRedirect() + " (expected: at most " + MOST_PORT + ")");
    }
    return new Action.Redirect(
        status(action, where),
        scheme(action),
        line(action.hostRedirect(), where.in("host_redirect")),
        (int) action.portRedirect(),
        line(action.pathRedirect(), where.in("path_redirect")),
        line(action.prefixRewrite(), where.in("prefix_rewrite")),
        regex(action.regexRewrite(), where.in("regex_rewrite")),
        action.stripQuery());
  }

  private static @Nullable String scheme(RedirectAction action) {
    return Boolean.TRUE.equals(action.httpsRedirect()) ? "https" : empty(action.schemeRedirect());
  }

  private static @Nullable RegexRewrite regex(@Nullable RegexMatchAndSubstitute regex, Where where)
      throws InvalidResourceException {
    return regex == null ? null : RewriteDecoder.regex(regex, where);
  }

  private static int status(RedirectAction action, Where where) throws InvalidResourceException {
    return switch (action.responseCode()) {
      case RedirectActionRedirectResponseCode.MOVED_PERMANENTLY -> 301;
      case RedirectActionRedirectResponseCode.FOUND -> 302;
      case RedirectActionRedirectResponseCode.SEE_OTHER -> 303;
      case RedirectActionRedirectResponseCode.TEMPORARY_REDIRECT -> 307;
      case RedirectActionRedirectResponseCode.PERMANENT_REDIRECT -> 308;
      default ->
          throw where.in("response_code").refuse(action.responseCode() + " (expected: a redirect)");
    };
  }

  /** It goes into one header, and nothing of it may end that header. */
  private static @Nullable String line(@Nullable String text, Where where)
      throws InvalidResourceException {
    if (text != null && text.chars().anyMatch(Character::isISOControl)) {
      throw where.refuse("holds a control character (expected: none)");
    }
    return empty(text);
  }

  private static @Nullable String empty(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
