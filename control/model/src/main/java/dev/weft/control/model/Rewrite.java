package dev.weft.control.model;

import org.jspecify.annotations.Nullable;

/**
 * What a route changes in the request line.
 *
 * @param uri replaces the matched prefix where the route matched by prefix, else the whole path
 * @param authority replaces the authority
 */
public record Rewrite(@Nullable String uri, @Nullable String authority) {

  public static final Rewrite NONE = new Rewrite(null, null);
}
