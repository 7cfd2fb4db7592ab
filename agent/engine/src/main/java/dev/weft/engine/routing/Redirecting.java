package dev.weft.engine.routing;

import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.Route.Action.Redirect;
import dev.weft.engine.config.Route.Rewrite;
import dev.weft.engine.config.RouteMatch.PathMatch;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a redirecting rule sends a caller, as Envoy puts the Location together. */
final class Redirecting {

  private final Redirect redirect;
  private final Rewriting rewriting;
  private final @Nullable String path;
  private final String port;

  Redirecting(Redirect redirect, PathMatch match) {
    this.redirect = redirect;
    this.rewriting =
        Rewriting.compile(new Rewrite(redirect.prefix(), redirect.regex(), null), match);
    String written = redirect.path() == null ? "" : redirect.path();
    this.path = written.isEmpty() ? null : rooted(written);
    this.port = redirect.port() == 0 ? "" : ":" + redirect.port();
  }

  String location(RequestHead head) {
    String own = head.scheme().toLowerCase(Locale.ROOT);
    String scheme = redirect.scheme() == null ? own : redirect.scheme();
    String host = redirect.host() == null ? host(head.authority(), own, scheme) : redirect.host();
    return scheme + "://" + host + port + rooted(target(head.target()));
  }

  // A port of the request's goes where another is written, and where it is the default of the
  // scheme that the redirect changes.
  private String host(String authority, String own, String scheme) {
    int colon = Authority.portColon(authority);
    if (colon < 0) {
      return authority;
    }
    String usual = own.equals("https") ? ":443" : ":80";
    boolean needless = !scheme.equals(own) && authority.substring(colon).equals(usual);
    return needless || !port.isEmpty() ? authority.substring(0, colon) : authority;
  }

  private String target(String target) {
    String query = target.substring(Paths.end(target));
    if (path == null) {
      String changed = rewriting.target(target);
      return redirect.stripQuery() ? changed.substring(0, Paths.end(changed)) : changed;
    }
    return path.indexOf('?') >= 0 || redirect.stripQuery() ? path : path + query;
  }

  private static String rooted(String path) {
    return path.startsWith("/") ? path : "/" + path;
  }
}
