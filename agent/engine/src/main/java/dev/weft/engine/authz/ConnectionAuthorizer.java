package dev.weft.engine.authz;

import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.ExternalAuthorization;
import java.util.List;

/**
 * The policies in force for connections without requests, as istiod makes them for TCP: what they
 * say of requests may hold or not. A rule that speaks of requests therefore lets no connection in,
 * and one that refuses does so whatever it says of them. Nobody else is asked about connections:
 * those that a provider would have to decide are refused.
 */
public final class ConnectionAuthorizer {

  private final List<RuleSet<Connected>> asking;
  private final FilterChain<Connected> filters;

  ConnectionAuthorizer(Authorization config) {
    this.asking =
        config.external().stream()
            .map(ExternalAuthorization::rules)
            .map(rules -> new RuleSet<Connected>(rules, Conditions::onConnection))
            .toList();
    this.filters = new FilterChain<>(config.filters(), Conditions::onConnection);
  }

  /** Tokens are a matter of requests. */
  public Decision decide(Connected connection, Telling told) {
    for (RuleSet<Connected> each : asking) {
      String policy = each.match(connection);
      if (policy != null) {
        return Decision.refuse(policy);
      }
    }
    return filters.decide(connection, told);
  }
}
