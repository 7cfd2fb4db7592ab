package dev.weft.engine.routing;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Envoy's HeaderMatcher, compiled. */
public final class HeaderCondition {

  private final String name;
  private final Predicate<String> test;
  private final boolean present;
  private final boolean invert;
  private final boolean missingIsEmpty;

  public HeaderCondition(HeaderMatch match) {
    this.name = match.name().toLowerCase(Locale.ROOT);
    this.test = Texts.compile(match.match());
    this.present = match.match() instanceof StringMatch.Present;
    this.invert = match.invert();
    this.missingIsEmpty = match.missingIsEmpty();
  }

  /**
   * @param headers of the request, as they are to be matched
   */
  public boolean matches(RequestHead head, Headers headers) {
    if (PseudoHeaders.is(name)) {
      return matches(PseudoHeaders.of(name, head));
    }
    String first = headers.first(name);
    if (first == null) {
      return matches(null);
    }
    if (test.test(first)) {
      return !invert; // mostly: no walk through all of them
    }
    AnyOf others = new AnyOf();
    headers.each(others);
    return others.found != invert;
  }

  private boolean matches(@Nullable String value) {
    if (value == null && !missingIsEmpty) {
      return present && invert;
    }
    return test.test(value == null ? "" : value) != invert;
  }

  /** A header that is there several times is tried value by value, as Envoy does since 1.39. */
  private final class AnyOf implements BiConsumer<String, String> {
    private boolean found;

    @Override
    public void accept(String otherName, String value) {
      found |= otherName.equalsIgnoreCase(name) && test.test(value);
    }
  }
}
