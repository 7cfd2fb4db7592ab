package dev.weft.control.config;

import dev.weft.control.config.Resource.Rule;
import dev.weft.control.model.ExportTo;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.HttpRoute;
import dev.weft.control.model.ResourceId;
import dev.weft.control.model.RouteMatch;
import dev.weft.control.model.RoutingRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the routes of rules without hosts in the place of the routes that delegate to them, as
 * istiod does: conditions of both must hold, what a route does not write it has from the one that
 * delegates, and a route whose conditions contradict is left out. One level only: that a delegate
 * delegates in turn is an error in its file.
 */
final class Delegation {

  private final Map<ResourceId, Rule> all = new HashMap<>();
  private final List<Finding> findings;

  Delegation(List<Rule> rules, List<Finding> findings) {
    rules.forEach(rule -> all.put(rule.id(), rule));
    this.findings = findings;
  }

  /** The rule with all of its delegates' routes. */
  Rule resolve(Rule root) {
    if (root.delegates().isEmpty()) {
      return root;
    }
    List<HttpRoute> routes = new ArrayList<>();
    List<HttpRoute> written = root.rule().http();
    for (int i = 0; i < written.size(); i++) {
      HttpRoute route = written.get(i);
      ResourceId delegate = root.delegates().get(i);
      if (delegate == null) {
        routes.add(route);
      } else {
        find(root, route, delegate)
            .ifPresent(
                found ->
                    found.rule().http().forEach(sub -> routes.addAll(merge(found, route, sub))));
      }
    }
    RoutingRule rule = root.rule();
    return root.with(
        new RoutingRule(
            rule.id(), rule.hosts(), rule.exportTo(), routes, rule.l4(), rule.location()));
  }

  private Optional<Rule> find(Rule root, HttpRoute route, ResourceId id) {
    Rule delegate = all.get(id);
    String problem = null;
    if (delegate == null) {
      problem = " is not known";
    } else if (!delegate.rule().hosts().isEmpty()) {
      problem = " has hosts of its own (expected: none)";
    } else if (!sees(delegate.rule().exportTo(), root)) {
      problem = " is not exported to " + root.id().namespace();
    }
    if (problem == null) {
      return Optional.ofNullable(delegate);
    }
    findings.add(
        new Finding(
            FindingCode.UNKNOWN_DELEGATE,
            root.id(),
            route.location(),
            "spec.http.delegate",
            id + problem + "; the route is left out"));
    return Optional.empty();
  }

  private static boolean sees(ExportTo exportTo, Rule root) {
    return exportTo.includes(root.id().namespace());
  }

  private List<HttpRoute> merge(Rule delegate, HttpRoute root, HttpRoute sub) {
    Optional<List<RouteMatch>> matches = MatchMerger.merge(root.matches(), sub.matches());
    if (matches.isEmpty()) {
      findings.add(
          new Finding(
              FindingCode.UNREACHABLE,
              delegate.id(),
              sub.location(),
              "spec.http",
              "never used: its conditions contradict those of the route that delegates, at "
                  + root.location()));
      return List.of();
    }
    return List.of(
        new HttpRoute(
            MatchMerger.name(root.name(), sub.name()),
            matches.get(),
            sub.action(),
            sub.settings().orElse(root.settings()),
            sub.location()));
  }
}
