package dev.weft.control.model;

import java.util.List;

/**
 * A route of connections: a VirtualService's {@code tcp} or {@code tls}.
 *
 * @param matches of which one must hold; empty, as a rule may be written: any connection
 * @param destinations in which headers mean nothing
 */
public record L4Route(
    Kind kind,
    List<Match> matches,
    List<WeightedDestination> destinations,
    SourceLocation location) {

  /** Which ports it is for. */
  public enum Kind {
    TCP,
    /** Where the application itself speaks TLS. */
    TLS
  }

  public L4Route {
    matches = List.copyOf(matches);
    destinations = List.copyOf(destinations);
  }

  /**
   * Conditions that must all hold.
   *
   * @param subnets of which the address must be in one; empty: any
   * @param serverNames of which the name must be one, a star for the first labels; empty: any
   */
  public record Match(List<String> subnets, List<String> serverNames, CallerFilter callers) {

    /** Any connection. */
    static final Match ANY = new Match(List.of(), List.of(), CallerFilter.ANYONE);

    public Match {
      subnets = List.copyOf(subnets);
      serverNames = List.copyOf(serverNames);
    }
  }

  /** Whether the caller's address is hashed: it is for all destinations where it is for one. */
  public boolean hashesSource() {
    return destinations.stream()
        .map(WeightedDestination::hash)
        .anyMatch(hash -> hash != null && hash.key() instanceof ConsistentHash.SourceIp);
  }

  L4Route with(List<Match> kept, List<WeightedDestination> found) {
    return new L4Route(kind, kept, found, location);
  }
}
