package dev.weft.engine.authz;

import dev.weft.engine.authz.Conditions.Leaves;
import dev.weft.engine.config.Authorization.Filter;
import dev.weft.engine.config.Authorization.Rules;
import dev.weft.engine.telemetry.Audit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The filters that a subject must pass, in their order. */
final class FilterChain<S extends Connected> {

  private final List<Compiled<S>> filters;

  private record Compiled<S extends Connected>(
      @Nullable RuleSet<S> rules, @Nullable RuleSet<S> shadow) {

    Compiled(Filter filter, Leaves<S> leaves) {
      this(compile(filter.rules(), leaves), compile(filter.shadow(), leaves));
    }

    private static <S extends Connected> @Nullable RuleSet<S> compile(
        @Nullable Rules rules, Leaves<S> leaves) {
      return rules == null ? null : new RuleSet<>(rules, leaves);
    }
  }

  FilterChain(List<Filter> filters, Leaves<S> leaves) {
    this.filters = filters.stream().map(filter -> new Compiled<>(filter, leaves)).toList();
  }

  boolean isEmpty() {
    return filters.isEmpty();
  }

  Decision decide(S subject, Telling told) {
    for (int i = 0; i < filters.size(); i++) {
      Compiled<S> filter = filters.get(i);
      if (filter.shadow != null) {
        shadow(filter.shadow, subject, told);
      }
      Decision decision = filter.rules == null ? Decision.PASS : filter.rules.judge(subject, told);
      if (!decision.passes()) {
        return decision;
      }
    }
    return Decision.PASS;
  }

  private static <S extends Connected> void shadow(RuleSet<S> rules, S subject, Telling told) {
    Decision decision = rules.judge(subject, told);
    if (!decision.passes()) {
      told.told(Audit.What.WOULD_DENY, decision.policy());
    }
  }
}
