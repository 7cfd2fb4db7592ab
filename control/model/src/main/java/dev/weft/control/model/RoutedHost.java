package dev.weft.control.model;

import org.jspecify.annotations.Nullable;

/**
 * What an authority means to one caller.
 *
 * @param host the full name; for a wildcard service, the name that was asked for
 * @param scheme how the requests are made of which this speaks
 * @param service null where only a rule names the host, so that its requests can go nowhere but
 *     where the rule says
 */
public record RoutedHost(Fqdn host, int port, Scheme scheme, @Nullable Service service) {

  /** Of requests in plaintext. */
  public RoutedHost(Fqdn host, int port, @Nullable Service service) {
    this(host, port, Scheme.HTTP, service);
  }
}
