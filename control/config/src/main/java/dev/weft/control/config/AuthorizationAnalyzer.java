package dev.weft.control.config;

import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.AuthorizationPolicy.Check;
import dev.weft.control.model.AuthorizationPolicy.Rule;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds what is valid in AuthorizationPolicies but probably not meant, or not enforced as meant.
 */
final class AuthorizationAnalyzer {

  private final MeshModel model;
  private final List<Finding> findings = new ArrayList<>();

  AuthorizationAnalyzer(MeshModel model) {
    this.model = model;
  }

  List<Finding> analyze() {
    model.authorization().forEach(this::analyze);
    return findings;
  }

  private void analyze(AuthorizationPolicy policy) {
    selector(policy);
    int index = 0;
    for (Rule rule : policy.rules()) {
      String field = "spec.rules[" + index++ + "]";
      for (Check check : rule.when()) {
        switch (check.attribute()) {
          case SERVER_NAME ->
              notEnforced(policy, field, "connection.sni is known of no request; it never matches");
          case REQUEST_PRINCIPAL, AUDIENCE, PRESENTER, CLAIM ->
              notEnforced(policy, field, "no token is read yet, so that no request has one");
          default -> {
            // Enforced.
          }
        }
      }
    }
  }

  private void selector(AuthorizationPolicy policy) {
    Namespace root = model.settings().rootNamespace();
    Map<String, String> selector = policy.selector();
    boolean selects =
        model.workloads().stream()
            .anyMatch(it -> policy.isFor(it.namespace(), WorkloadIndex.labels(it), root));
    if (!selector.isEmpty() && !selects) {
      Namespace namespace = policy.id().namespace();
      String where = namespace.equals(root) ? "the mesh" : namespace.value();
      add(
          FindingCode.NOTHING_SELECTED,
          policy,
          "spec.selector",
          "no workload of " + where + " carries " + selector);
    }
  }

  private void notEnforced(AuthorizationPolicy policy, String field, String message) {
    add(FindingCode.FIELD_NOT_ENFORCED, policy, field, message);
  }

  private void add(FindingCode code, AuthorizationPolicy policy, String field, String message) {
    findings.add(new Finding(code, policy.id(), policy.location(), field, message));
  }
}
