package dev.weft.engine.routing;

import dev.weft.bridge.Headers;
import dev.weft.bridge.RequestHead;
import dev.weft.engine.config.RouteMatch.HeaderMatch;
import dev.weft.engine.config.RouteMatch.StringMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Some of the rules of a host, in their order. Those that ask for a certain value of a header are
 * found by that value; only the others are tried one by one.
 */
final class Candidates {

  /** No rule has this number. */
  static final int NONE = Integer.MAX_VALUE;

  private static final int FEW = 4;

  private final Rule[] rules;
  private final int[] plain;
  private final ByValue[] byHeader;

  /**
   * @param rules all of them
   * @param numbers of the candidates, ascending
   */
  Candidates(Rule[] rules, List<Integer> numbers) {
    this.rules = rules;
    List<Integer> others = new ArrayList<>();
    Map<String, Map<String, List<Integer>>> known = new HashMap<>();
    for (int number : numbers) {
      HeaderMatch key = numbers.size() > FEW ? key(rules[number]) : null;
      if (key == null) {
        others.add(number);
      } else {
        known
            .computeIfAbsent(key.name().toLowerCase(Locale.ROOT), any -> new HashMap<>())
            .computeIfAbsent(((StringMatch.Exact) key.match()).value(), any -> new ArrayList<>())
            .add(number);
      }
    }
    this.plain = array(others);
    this.byHeader =
        known.entrySet().stream()
            .map(entry -> new ByValue(entry.getKey(), entry.getValue()))
            .toArray(ByValue[]::new);
  }

  private static int[] array(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A header that must have one certain value for the rule to match; null: there is none. */
  private static @Nullable HeaderMatch key(Rule rule) {
    for (HeaderMatch match : rule.match().headers()) {
      boolean isExact = match.match() instanceof StringMatch.Exact exact && !exact.ignoreCase();
      if (isExact
          && !match.invert()
          && !match.missingIsEmpty()
          && !PseudoHeaders.is(match.name())) {
        return match;
      }
    }
    return null;
  }

  /** The number of the first that matches, if it comes before that one, or else that one. */
  int first(RequestHead head, Headers headers, int pathEnd, int before) {
    int best = first(plain, head, headers, pathEnd, before);
    for (ByValue values : byHeader) {
      if (headers.first(values.name) != null) {
        best = values.first(head, headers, pathEnd, best);
      }
    }
    return best;
  }

  private int first(int[] numbers, RequestHead head, Headers headers, int pathEnd, int before) {
    for (int number : numbers) {
      if (number >= before) {
        return before;
      }
      if (rules[number].matches(head, headers, pathEnd)) {
        return number;
      }
    }
    return before;
  }

  /** Rules by the value that they ask for. */
  private final class ByValue {

    private final String name;
    private final Map<String, int[]> numbers = new HashMap<>();

    ByValue(String name, Map<String, List<Integer>> numbers) {
      this.name = name;
      numbers.forEach((value, list) -> this.numbers.put(value, array(list)));
    }

    int first(RequestHead head, Headers headers, int pathEnd, int before) {
      Search search = new Search(head, headers, pathEnd, before);
      headers.each(search);
      return search.best;
    }

    /** A header that is there several times is tried value by value. */
    private final class Search implements BiConsumer<String, String> {

      private final RequestHead head;
      private final Headers headers;
      private final int pathEnd;
      private int best;

      Search(RequestHead head, Headers headers, int pathEnd, int before) {
        this.head = head;
        this.headers = headers;
        this.pathEnd = pathEnd;
        this.best = before;
      }

      @Override
      public void accept(String header, String value) {
        int[] found = header.equalsIgnoreCase(name) ? numbers.get(value) : null;
        if (found != null) {
          best = Candidates.this.first(found, head, headers, pathEnd, best);
        }
      }
    }
  }
}
