package dev.weft.control.config;

import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.AuthorizationPolicy.Attribute;
import dev.weft.control.model.AuthorizationPolicy.Check;
import dev.weft.control.model.AuthorizationPolicy.Rule;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what is valid in AuthorizationPolicies but probably not meant, or not enforced as meant.
 */
final class AuthorizationAnalyzer {

  private final MeshModel model;
  private final SelectorAnalyzer selectors;
  private final List<Finding> findings = new ArrayList<>();

  AuthorizationAnalyzer(MeshModel model) {
    this.model = model;
    this.selectors = new SelectorAnalyzer(model);
  }

  List<Finding> analyze() {
    model.requestAuthentication().stream()
        .map(selectors::analyze)
        .forEach(finding -> finding.ifPresent(findings::add));
    model.authorization().forEach(this::analyze);
    return findings;
  }

  private void analyze(AuthorizationPolicy policy) {
    selectors.analyze(policy).ifPresent(findings::add);
    int index = 0;
    for (Rule rule : policy.rules()) {
      String field = "spec.rules[" + index++ + "]";
      for (Check check : rule.when()) {
        if (check.attribute() == Attribute.SERVER_NAME) {
          notEnforced(policy, field, "connection.sni is known of no request; it never matches");
        }
      }
    }
  }

  private void notEnforced(AuthorizationPolicy policy, String field, String message) {
    findings.add(
        new Finding(
            FindingCode.FIELD_NOT_ENFORCED, policy.id(), policy.location(), field, message));
  }
}
