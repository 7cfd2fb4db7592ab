package dev.weft.xds.decode;

import org.jspecify.annotations.Nullable;

/**
 * How an authority finds its routes: exactly one of the two.
 *
 * @param name the authority
 * @param routeName of a route configuration
 * @param inline the routes themselves
 */
public record Listener(String name, @Nullable String routeName, @Nullable Routes inline) {}
