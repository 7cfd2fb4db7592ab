package dev.weft.control.model;

import org.jspecify.annotations.Nullable;

/**
 * What an authority means to one caller.
 *
 * @param host the full name; for a wildcard service, the name that was asked for
 * @param service null where only a rule names the host, so that its requests can go nowhere but
 *     where the rule says
 */
public record RoutedHost(Fqdn host, int port, @Nullable Service service) {}
