package dev.weft.xds.decode;

import dev.weft.engine.config.HeaderRules;
import java.util.ArrayList;
import java.util.List;

/**
 * Header edits of the levels around a route. They are made one after the other, so that the last
 * wins: the outermost, unless the route configuration says that the most specific does.
 */
record HeaderLevels(boolean mostSpecificWins, HeaderRules request, HeaderRules response) {

  /** With another level within these. */
  HeaderLevels within(HeaderRules innerRequest, HeaderRules innerResponse) {
    return new HeaderLevels(
        mostSpecificWins, join(innerRequest, request), join(innerResponse, response));
  }

  private HeaderRules join(HeaderRules inner, HeaderRules outer) {
    if (inner.isEmpty() || outer.isEmpty()) {
      return inner.isEmpty() ? outer : inner;
    }
    HeaderRules first = mostSpecificWins ? outer : inner;
    HeaderRules last = mostSpecificWins ? inner : outer;
    return new HeaderRules(
        concat(first.remove(), last.remove()),
        concat(first.set(), last.set()),
        concat(first.add(), last.add()));
  }

  private static <T> List<T> concat(List<T> first, List<T> last) {
    List<T> all = new ArrayList<>(first);
    all.addAll(last);
    return all;
  }
}
