package dev.weft.engine.authz;

import dev.weft.engine.authn.Authenticator;
import dev.weft.engine.authn.TokenStatus;
import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.config.ExternalAuthorization;
import dev.weft.engine.config.TokenRule;
import dev.weft.engine.telemetry.Audit;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policies in force, compiled. */
public final class Authorizer {

  private final Authorization config;
  private final List<Provider> providers = new ArrayList<>();
  private final @Nullable Authenticator tokens;
  private final List<Compiled> filters = new ArrayList<>();

  /**
   * Somebody who is asked.
   *
   * @param policy because of which
   */
  public record Asked(ExternalAuthorization provider, String policy) {}

  private record Provider(ExternalAuthorization config, RuleSet rules) {}

  private record Compiled(@Nullable RuleSet rules, @Nullable RuleSet shadow) {}

  private Authorizer(Authorization config, @Nullable Authorizer before, InstantSource clock) {
    this.config = config;
    this.tokens = tokens(config.tokens(), before, clock);
    for (ExternalAuthorization each : config.external()) {
      providers.add(new Provider(each, new RuleSet(each.rules())));
    }
    for (Filter filter : config.filters()) {
      filters.add(
          new Compiled(
              filter.rules() == null ? null : new RuleSet(filter.rules()),
              filter.shadow() == null ? null : new RuleSet(filter.shadow())));
    }
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
    for (Compiled filter : filters) {
      if (filter.shadow != null) {
        shadow(filter.shadow, request, told);
      }
      Decision decision = filter.rules == null ? Decision.PASS : judge(filter.rules, request, told);
      if (!decision.passes()) {
        return decision;
      }
    }
    return Decision.PASS;
  }

  private static Decision judge(RuleSet rules, Arrived request, Telling told) {
    String policy = rules.match(request);
    return switch (rules.action()) {
      case ALLOW -> policy == null ? Decision.NOT_ALLOWED : Decision.PASS;
      case DENY -> policy == null ? Decision.PASS : new Decision(Decision.Kind.REFUSE, policy);
      case LOG -> {
        if (policy != null) {
          told.told(Audit.What.AUDITED, policy);
        }
        yield Decision.PASS;
      }
    };
  }

  private static void shadow(RuleSet rules, Arrived request, Telling told) {
    Decision decision = judge(rules, request, told);
    if (!decision.passes()) {
      told.told(Audit.What.WOULD_DENY, decision.policy());
    }
  }

  /** Who is told of what happens besides. */
  public interface Telling {

    /**
     * @param policy empty: that none allows it
     */
    void told(Audit.What what, String policy);
  }

  /**
   * What becomes of a request.
   *
   * @param policy that refuses it; empty: none does
   * @param token why its token is not believed; null: it is, or there is none
   */
  public record Decision(Kind kind, String policy, @Nullable TokenStatus token) {

    static final Decision PASS = new Decision(Kind.PASS, "");
    static final Decision UNCLEAR = new Decision(Kind.UNCLEAR, "");
    static final Decision NOT_ALLOWED = new Decision(Kind.REFUSE, "");

    Decision(Kind kind, String policy) {
      this(kind, policy, null);
    }

    boolean passes() {
      return kind == Kind.PASS;
    }

    /** What becomes of it. */
    public enum Kind {
      PASS,
      REFUSE,
      /** It shows a token that is not believed. */
      UNAUTHENTICATED,
      /** It could be read in ways that nobody can foresee. */
      UNCLEAR
    }
  }
}
