package dev.weft.engine.authz;

import dev.weft.engine.authn.Authenticator;
import dev.weft.engine.authn.TokenStatus;
import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.ExternalAuthorization;
import dev.weft.engine.config.TokenRule;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policies in force, compiled. */
public final class Authorizer {

  private final Authorization config;
  private final List<Provider> providers = new ArrayList<>();
  private final @Nullable Authenticator tokens;
  private final FilterChain<Arrived> filters;
  private @Nullable ConnectionAuthorizer connections; // guarded by this

  /**
   * Somebody who is asked.
   *
   * @param policy because of which
   */
  public record Asked(ExternalAuthorization provider, String policy) {}

  private record Provider(ExternalAuthorization config, RuleSet<Arrived> rules) {}

  private Authorizer(Authorization config, @Nullable Authorizer before, InstantSource clock) {
    this.config = config;
    this.tokens = tokens(config.tokens(), before, clock);
    for (ExternalAuthorization each : config.external()) {
      providers.add(new Provider(each, new RuleSet<>(each.rules(), Conditions::onRequest)));
    }
    this.filters = new FilterChain<>(config.filters(), Conditions::onRequest);
  }

  /** With the tokens that were verified, while the rules for them stay. */
  private static @Nullable Authenticator tokens(
      List<TokenRule> rules, @Nullable Authorizer before, InstantSource clock) {
    if (before != null && before.tokens != null && before.config.tokens().equals(rules)) {
      return before.tokens;
    }
    return rules.isEmpty() ? null : new Authenticator(rules, clock);
  }

  /**
   * @param before what was in force; it stays where its configuration does
   * @param clock which tokens hold by
   */
  public static Authorizer compile(
      Authorization config, @Nullable Authorizer before, InstantSource clock) {
    return before != null && before.config.equals(config)
        ? before
        : new Authorizer(config, before, clock);
  }

  /** Whether nobody has to be asked. */
  public boolean admitsEverything() {
    return filters.isEmpty() && providers.isEmpty() && tokens == null;
  }

  /** Who is to be asked of a request, before it is decided here; of one that is unclear, nobody. */
  public List<Asked> asked(Arrived request) {
    if (providers.isEmpty() || !request.isClear()) {
      return List.of();
    }
    List<Asked> asked = new ArrayList<>();
    for (Provider provider : providers) {
      String policy = provider.rules.match(request);
      if (policy != null) {
        asked.add(new Asked(provider.config, policy));
      }
    }
    return asked;
  }

  /**
   * What becomes of a request.
   *
   * @param told of what is to be told besides: policies that watch, and what dry runs would do
   */
  public Decision decide(Arrived request, Telling told) {
    if (!request.isClear()) {
      return Decision.UNCLEAR;
    }
    TokenStatus problem = tokens == null ? null : request.identify(tokens);
    if (problem != null) {
      return new Decision(Decision.Kind.UNAUTHENTICATED, "", problem);
    }
    return filters.decide(request, told);
  }

  /** The same for connections without requests; made when it is needed first: few have such. */
  public synchronized ConnectionAuthorizer connections() {
    ConnectionAuthorizer known = connections;
    if (known == null) {
      known = new ConnectionAuthorizer(config);
      connections = known;
    }
    return known;
  }
}
