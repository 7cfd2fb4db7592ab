package dev.weft.control.model;

import java.util.Optional;

/** A service by its short name and namespace. */
public record ServiceName(String name, Namespace namespace) {

  /** {@code reviews.default.svc.cluster.local}, for the domain {@code cluster.local}. */
  public Fqdn fqdn(String domain) {
    return new Fqdn(name + "." + namespace + ".svc." + domain);
  }

  /** The inverse of {@link #fqdn}: empty where the host is not of that form. */
  public static Optional<ServiceName> of(Fqdn host, String domain) {
    String suffix = ".svc." + domain;
    if (host.isWildcard() || !host.value().endsWith(suffix)) {
      return Optional.empty();
    }
    String[] parts =
        host.value().substring(0, host.value().length() - suffix.length()).split("\\.", -1);
    return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
        ? Optional.of(new ServiceName(parts[0], new Namespace(parts[1])))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return name + "." + namespace;
  }
}
