package dev.weft.engine.authz;

import dev.weft.engine.authz.Conditions.Leaves;
import dev.weft.engine.authz.Conditions.Test;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.telemetry.Audit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one action, compiled. Most of them speak of other callers, so that it is
 * remembered which ones can concern a caller at all.
 */
final class RuleSet<S extends Connected> {

  private static final int MOST_CALLERS = 1000;
  private static final String NOBODY = "";

  private final Action action;
  private final List<Compiled<S>> policies;
  private final Map<String, List<Compiled<S>>> byCaller = new ConcurrentHashMap<>();

  private record Compiled<S extends Connected>(
      String name, Test<S> permissions, Test<S> principals, Test<S> caller) {

    Compiled(Policy policy, Leaves<S> leaves) {
      this(
          policy.name(),
          Conditions.oneOf(policy.permissions(), leaves),
          Conditions.oneOf(policy.principals(), leaves),
          Conditions.oneOf(policy.principals(), Conditions::onCaller));
    }
  }

  RuleSet(Rules rules, Leaves<S> leaves) {
    this.action = rules.action();
    this.policies = rules.policies().stream().map(it -> new Compiled<>(it, leaves)).toList();
  }

  /** What becomes of it by these policies alone. */
  Decision judge(S subject, Telling told) {
    String policy = match(subject);
    return switch (action) {
      case ALLOW -> policy == null ? Decision.NOT_ALLOWED : Decision.PASS;
      case DENY -> policy == null ? Decision.PASS : Decision.refuse(policy);
      case LOG -> {
        if (policy != null) {
          told.told(Audit.What.AUDITED, policy);
        }
        yield Decision.PASS;
      }
    };
  }

  /**
   * The name of a policy that matches: on all readings where it lets in, on some where it does not;
   * null: none does.
   */
  @Nullable String match(S subject) {
    Match needed = action == Action.ALLOW ? Match.ALL : Match.SOME;
    List<Compiled<S>> concerning = concerning(subject);
    for (int i = 0; i < concerning.size(); i++) {
      Compiled<S> policy = concerning.get(i);
      Match match = policy.permissions.of(subject);
      if (match.compareTo(needed) >= 0 && policy.principals.of(subject).compareTo(needed) >= 0) {
        return policy.name;
      }
    }
    return null;
  }

  private List<Compiled<S>> concerning(S subject) {
    String caller = subject.principal() == null ? NOBODY : subject.principal();
    List<Compiled<S>> known = byCaller.get(caller);
    if (known == null) {
      known = policies.stream().filter(policy -> policy.caller.of(subject) != Match.NONE).toList();
      if (byCaller.size() < MOST_CALLERS) {
        byCaller.put(caller, known);
      }
    }
    return known;
  }
}
