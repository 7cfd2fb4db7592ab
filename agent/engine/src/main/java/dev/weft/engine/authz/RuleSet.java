package dev.weft.engine.authz;

import dev.weft.engine.authz.Conditions.Test;
import dev.weft.engine.config.Authorization.Action;
import dev.weft.engine.config.Authorization.Policy;
import dev.weft.engine.config.Authorization.Rules;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one action, compiled. Most of them speak of other callers, so that it is
 * remembered which ones can concern a caller at all.
 */
final class RuleSet {

  private static final int MOST_CALLERS = 1000;
  private static final String NOBODY = "";

  private final Action action;
  private final Compiled[] policies;
  private final Map<String, Compiled[]> byCaller = new ConcurrentHashMap<>();

  private record Compiled(String name, Test permissions, Test principals, Test caller) {

    Compiled(Policy policy) {
      this(
          policy.name(),
          Conditions.oneOf(policy.permissions()),
          Conditions.oneOf(policy.principals()),
          Conditions.oneOfByCaller(policy.principals()));
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
    for (Compiled policy : concerning(request)) {
      Match match = policy.permissions.of(request);
      if (match.compareTo(needed) >= 0 && policy.principals.of(request).compareTo(needed) >= 0) {
        return policy.name;
      }
    }
    return null;
  }

  private Compiled[] concerning(Arrived request) {
    String caller = request.principal() == null ? NOBODY : request.principal();
    Compiled[] known = byCaller.get(caller);
    if (known == null) {
      known =
          Arrays.stream(policies)
              .filter(policy -> policy.caller.of(request) != Match.NONE)
              .toArray(Compiled[]::new);
      if (byCaller.size() < MOST_CALLERS) {
        byCaller.put(caller, known);
      }
    }
    return known;
  }
}
