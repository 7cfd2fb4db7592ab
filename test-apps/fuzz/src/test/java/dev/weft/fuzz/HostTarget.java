package dev.weft.fuzz;

import dev.weft.engine.config.Authorization.Condition;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.tomcat.util.http.parser.Host;
import org.jspecify.annotations.Nullable;

/** No host is let through that a server takes for one that is refused. */
public final class HostTarget {

  private static final String SECRET = "secret.com";

  private static final Policies POLICIES =
      new Policies(
          new Condition.Header(
              new HeaderMatch(":authority", new StringMatch.Exact(SECRET, true), false, false)));

  private HostTarget() {}

  /**
   * @param input the authority, and after line feeds {@code Host} headers beside it
   */
  public static void fuzzerTestOneInput(byte[] input) {
    String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", -1);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      headers.add(Map.entry("Host", lines[i]));
    }
    if (POLICIES.refuse("/", lines[0], headers)) {
      return;
    }
    for (String line : lines) {
      String host = host(line.strip());
      if (host != null && host.equals(SECRET)) {
        throw new AssertionError("\"" + line + "\" passes, and Tomcat serves " + host);
      }
    }
  }

  /** As Tomcat makes it, without the dot that ends a full name; null: it is refused. */
  private static @Nullable String host(String written) {
    int colon;
    try {
      colon = Host.parse(written);
    } catch (IllegalArgumentException e) {
      return null;
    }
    String host = (colon < 0 ? written : written.substring(0, colon)).toLowerCase(Locale.ROOT);
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }
}
