package dev.weft.engine.authz;

import dev.weft.engine.config.Authorization;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.telemetry.Audit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policies in force, compiled. */
public final class Authorizer {

  private final Authorization config;
  private final List<Compiled> filters = new ArrayList<>();

  private record Compiled(@Nullable RuleSet rules, @Nullable RuleSet shadow) {}

  private Authorizer(Authorization config) {
    this.config = config;
    for (Filter filter : config.filters()) {
      filters.add(
          new Compiled(
              filter.rules() == null ? null : new RuleSet(filter.rules()),
              filter.shadow() == null ? null : new RuleSet(filter.shadow())));
    }
  }

  /**
   * @param before what was in force; it stays where its configuration does
   */
  public static Authorizer compile(Authorization config, @Nullable Authorizer before) {
    return before != null && before.config.equals(config) ? before : new Authorizer(config);
  }

  /** Whether nobody has to be asked. */
  public boolean admitsEverything() {
    return filters.isEmpty();
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
   */
  public record Decision(Kind kind, String policy) {

    static final Decision PASS = new Decision(Kind.PASS, "");
    static final Decision UNCLEAR = new Decision(Kind.UNCLEAR, "");
    static final Decision NOT_ALLOWED = new Decision(Kind.REFUSE, "");

    boolean passes() {
      return kind == Kind.PASS;
    }

    /** What becomes of it. */
    public enum Kind {
      PASS,
      REFUSE,
      /** It could be read in ways that nobody can foresee. */
      UNCLEAR
    }
  }
}
