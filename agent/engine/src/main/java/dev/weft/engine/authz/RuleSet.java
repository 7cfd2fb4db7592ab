package dev.weft.engine.authz;

import dev.weft.engine.authz.Conditions.Test;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import org.jspecify.annotations.Nullable;

/** The policies of one action, compiled. */
final class RuleSet {

  private final Action action;
  private final Compiled[] policies;

  private record Compiled(String name, Test permissions, Test principals) {

    Compiled(Policy policy) {
      this(
          policy.name(),
          Conditions.oneOf(policy.permissions()),
          Conditions.oneOf(policy.principals()));
    }
  }

  RuleSet(Rules rules) {
    this.action = rules.action();
    this.policies = rules.policies().stream().map(Compiled::new).toArray(Compiled[]::new);
  }

  Action action() {
    return action;
  }

  /**
   * The name of a policy that matches: on all readings where it lets in, on some where it does not;
   * null: none does.
   */
  @Nullable String match(Arrived request) {
    Match needed = action == Action.ALLOW ? Match.ALL : Match.SOME;
    for (Compiled policy : policies) {
      Match match = policy.permissions.of(request);
      if (match.compareTo(needed) >= 0 && policy.principals.of(request).compareTo(needed) >= 0) {
        return policy.name;
      }
    }
    return null;
  }
}
