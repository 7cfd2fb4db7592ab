package dev.weft.control.model;

import org.jspecify.annotations.Nullable;

/**
 * What a route changes in the request line.
 *
 * @param uri replaces the matched prefix where the route matched by prefix, else the whole path;
 *     null where {@code regex} is there
 * @param regex changes every part of the path that it matches
 * @param authority replaces the authority
 */
public record Rewrite(@Nullable String uri, @Nullable Regex regex, @Nullable String authority) {

  public static final Rewrite NONE = new Rewrite(null, null, null);

  /**
   * @param pattern an RE2 expression
   * @param substitution in which {@code \1} stands for what the first group matched
   */
  public record Regex(String pattern, String substitution) {}
}
