package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.AuthorizationPolicy.Action;
import dev.weft.control.model.AuthorizationPolicy.Attribute;
import dev.weft.control.model.AuthorizationPolicy.Check;
import dev.weft.control.model.AuthorizationPolicy.Rule;
import dev.weft.control.model.FindingCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads AuthorizationPolicies. A policy that says nothing clear is no policy, but an error. */
public final class AuthorizationPolicyReader implements KindReader {

  private static final String DRY_RUN = "istio.io/dry-run";

  private static final Map<String, Attribute> SOURCE =
      Map.of(
          "principals", Attribute.PRINCIPAL,
          "requestPrincipals", Attribute.REQUEST_PRINCIPAL,
          "namespaces", Attribute.NAMESPACE,
          "serviceAccounts", Attribute.SERVICE_ACCOUNT,
          "trustDomains", Attribute.TRUST_DOMAIN,
          "ipBlocks", Attribute.SOURCE_IP,
          "remoteIpBlocks", Attribute.REMOTE_IP);

  private static final Map<String, Attribute> OPERATION =
      Map.of(
          "hosts", Attribute.HOST,
          "ports", Attribute.PORT,
          "methods", Attribute.METHOD,
          "paths", Attribute.PATH);

  @Override
  public Resource read(ObjectReader spec, Scope scope) {
    Action action = action(spec);
    String provider = spec.object("provider").text("name");
    if ((action == Action.CUSTOM) == provider.isEmpty()) {
      spec.report(
          FindingCode.CONFLICTING_FIELDS,
          "provider",
          "must be set with action CUSTOM (expected: both or neither)");
    }
    if ((action == Action.DENY || action == Action.CUSTOM) && !spec.has("rules")) {
      spec.report(
          FindingCode.MISSING,
          "rules",
          "is missing with action " + action + " (expected: rules; [{}] matches all)");
    }
    List<Rule> rules = new ArrayList<>();
    CheckReader checks = new CheckReader(scope.namespace(), action);
    spec.objects("rules").forEach(rule -> rules.add(rule(rule, checks)));
    AuthorizationPolicy policy =
        new AuthorizationPolicy(
            scope.metadata().id(),
            spec.object("selector").textsByKey("matchLabels"),
            action,
            provider.isEmpty() ? null : provider,
            dryRun(spec, scope),
            rules,
            scope.metadata().location());
    if (spec.has("targetRef") || spec.has("targetRefs")) {
      if (spec.has("selector")) {
        spec.report(
            FindingCode.CONFLICTING_FIELDS,
            "selector",
            "set beside targetRefs (expected: one of them)");
      }
      return new Resource.Inert(scope.metadata());
    }
    return new Resource.Authorization(scope.metadata(), policy);
  }

  private static Action action(ObjectReader spec) {
    String written = spec.text("action");
    return written.isEmpty() ? Action.ALLOW : Action.valueOf(written);
  }

  private static boolean dryRun(ObjectReader spec, Scope scope) {
    String written = scope.metadata().annotations().getOrDefault(DRY_RUN, "false");
    if (!written.equals("true") && !written.equals("false")) {
      spec.report(
          FindingCode.INVALID,
          "the annotation " + DRY_RUN + ": " + Excerpt.of(written) + " (expected: true or false)");
    }
    return written.equals("true");
  }

  private static Rule rule(ObjectReader rule, CheckReader checks) {
    List<Check> when = new ArrayList<>();
    rule.objects("when").forEach(condition -> when.addAll(checks.condition(condition)));
    return new Rule(
        all(rule, "from", "source", SOURCE, checks),
        all(rule, "to", "operation", OPERATION, checks),
        when);
  }

  private static List<List<Check>> all(
      ObjectReader rule,
      String list,
      String inner,
      Map<String, Attribute> attributes,
      CheckReader checks) {
    List<List<Check>> all = new ArrayList<>();
    for (ObjectReader each : rule.objects(list)) {
      List<Check> read = checks.fields(each.object(inner), attributes);
      if (read.isEmpty()) {
        each.report(
            FindingCode.MISSING, inner, "says nothing (expected: a field; leave it out for any)");
      }
      all.add(read);
    }
    if (rule.has(list) && all.isEmpty()) {
      rule.report(FindingCode.MISSING, list, "is empty (expected: one at least, or no such field)");
    }
    return all;
  }
}
