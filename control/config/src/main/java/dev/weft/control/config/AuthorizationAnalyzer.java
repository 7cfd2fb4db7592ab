package dev.weft.control.config;

import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.ExtensionProvider;
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
    if (policy.provider() != null) {
      provider(policy, policy.provider());
    }
  }

  private void provider(AuthorizationPolicy policy, String name) {
    String until = "; until then: what matches is refused";
    List<ExtensionProvider> all = model.settings().defaults().providers();
    ExtensionProvider provider =
        all.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
    if (provider == null) {
      List<String> names = all.stream().map(ExtensionProvider::name).toList();
      add(
          FindingCode.UNKNOWN_PROVIDER,
          policy,
          name
              + " is no provider that authorizes (expected one of MeshConfig's: "
              + names
              + until
              + ")");
    } else if (model.service(provider).isEmpty()) {
      add(
          FindingCode.UNKNOWN_HOST,
          policy,
          provider.host().value()
              + ":"
              + provider.port()
              + " of "
              + name
              + " is not known (expected: the port of a Service, a ServiceEntry or a running"
              + " workload"
              + until
              + ")");
    } else if (policy.dryRun()) {
      notEnforced(policy, "metadata.annotations", "CUSTOM has no dry run: nobody is asked");
    }
  }

  private void add(FindingCode code, AuthorizationPolicy policy, String message) {
    findings.add(new Finding(code, policy.id(), policy.location(), "spec.provider", message));
  }

  private void notEnforced(AuthorizationPolicy policy, String field, String message) {
    findings.add(
        new Finding(
            FindingCode.FIELD_NOT_ENFORCED, policy.id(), policy.location(), field, message));
  }
}
