package dev.weft.engine.config;

import com.google.re2j.Pattern;
import java.util.List;

/**
 * Conditions of a route; all must hold.
 *
 * @param path on the path without query
 * @param headers pseudo-headers {@code :method}, {@code :authority}, {@code :scheme} included
 * @param query on decoded query parameters
 */
public record RouteMatch(PathMatch path, List<HeaderMatch> headers, List<QueryMatch> query) {

  public RouteMatch {
    headers = List.copyOf(headers);
    query = List.copyOf(query);
  }

  /** On the raw path. */
  public sealed interface PathMatch {
    record Exact(String path, boolean ignoreCase) implements PathMatch {}

    /** A raw string prefix: {@code /foo} matches {@code /foobar}. */
    record Prefix(String prefix, boolean ignoreCase) implements PathMatch {}

    /** {@code /foo} matches {@code /foo} and {@code /foo/bar}, not {@code /foobar}. */
    record SegmentPrefix(String prefix, boolean ignoreCase) implements PathMatch {}

    /** RE2, over the whole path. */
    record Regex(Pattern pattern) implements PathMatch {}
  }

  /** On a text. */
  public sealed interface StringMatch {
    record Exact(String value, boolean ignoreCase) implements StringMatch {}

    record Prefix(String value, boolean ignoreCase) implements StringMatch {}

    record Suffix(String value, boolean ignoreCase) implements StringMatch {}

    record Contains(String value, boolean ignoreCase) implements StringMatch {}

    /** RE2, over the whole text. */
    record Regex(Pattern pattern) implements StringMatch {}

    /** Holds for every text: the header or parameter only has to be there. */
    record Present() implements StringMatch {}
  }

  /**
   * On the value of a header; several of one name count as one, joined by commas.
   *
   * @param invert holds when the match does not
   * @param missingIsEmpty a missing header counts as the empty text. Otherwise no match holds for
   *     it, inverted or not, but for one: {@link StringMatch.Present} inverted
   */
  public record HeaderMatch(
      String name, StringMatch match, boolean invert, boolean missingIsEmpty) {}

  /** On the first parameter of this name. */
  public record QueryMatch(String name, StringMatch match) {}
}
