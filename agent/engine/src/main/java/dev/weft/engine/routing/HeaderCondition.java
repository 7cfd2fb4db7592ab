package dev.weft.engine.routing;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import dev.weft.engine.http.JoinedHeader;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Envoy's HeaderMatcher, compiled. */
final class HeaderCondition {

  private final String name;
  private final Predicate<String> test;
  private final boolean present;
  private final boolean invert;
  private final boolean missingIsEmpty;

  HeaderCondition(HeaderMatch match) {
    this.name = match.name().toLowerCase(Locale.ROOT);
    this.test = Texts.compile(match.match());
    this.present = match.match() instanceof StringMatch.Present;
    this.invert = match.invert();
    this.missingIsEmpty = match.missingIsEmpty();
  }

  boolean matches(RequestHead head, Headers headers) {
    String value = value(head, headers);
    if (value == null && !missingIsEmpty) {
      return present && invert;
    }
    return test.test(value == null ? "" : value) != invert;
  }

  private @Nullable String value(RequestHead head, Headers headers) {
    if (name.startsWith(":")) {
      return pseudo(head);
    }
    if (name.equals("host")) {
      return head.authority(); // Envoy knows it as :authority only
    }
    return JoinedHeader.of(headers, name);
  }

  private @Nullable String pseudo(RequestHead head) {
    return switch (name) {
      case ":method" -> head.method();
      case ":authority" -> head.authority();
      case ":scheme" -> head.scheme();
      case ":path" -> head.target();
      default -> null;
    };
  }
}
