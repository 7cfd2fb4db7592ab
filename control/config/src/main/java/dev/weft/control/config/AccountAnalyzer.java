package dev.weft.control.config;

import dev.weft.control.config.schema.Suggestion;
import dev.weft.control.config.yaml.Excerpt;
import dev.weft.control.model.AuthorizationPolicy;
import dev.weft.control.model.AuthorizationPolicy.Attribute;
import dev.weft.control.model.AuthorizationPolicy.Check;
import dev.weft.control.model.AuthorizationPolicy.Rule;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.ServiceAccount;
import dev.weft.control.model.SpiffeId;
import dev.weft.control.model.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds service accounts of the mesh that AuthorizationPolicies name and that nobody has, where all
 * accounts are known.
 */
final class AccountAnalyzer {

  /** In a policy, the mesh's own trust domain, whatever it is called. */
  private static final String OWN_DOMAIN = "cluster.local";

  private final MeshModel model;
  private final Set<String> trustDomains;
  private final Set<String> known = new HashSet<>();
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param accounts all that there are
   */
  AccountAnalyzer(MeshModel model, Collection<ServiceAccount> accounts) {
    this.model = model;
    this.trustDomains = new HashSet<>(model.settings().trustDomains());
    trustDomains.add(OWN_DOMAIN);
    accounts.forEach(account -> known.add(account.toString()));
    // Whoever runs outside of the cluster has the account of its token or of its entry.
    model.workloads().stream()
        .filter(workload -> workload.origin() != Workload.Origin.PLACED)
        .forEach(workload -> known.add(account(workload).toString()));
  }

  private static ServiceAccount account(Workload workload) {
    SpiffeId id = workload.identity();
    return id == null
        ? new ServiceAccount(workload.namespace(), workload.serviceAccount())
        : new ServiceAccount(id.namespace(), id.serviceAccount());
  }

  List<Finding> analyze() {
    model.authorization().forEach(this::analyze);
    return findings;
  }

  private void analyze(AuthorizationPolicy policy) {
    Set<String> told = new HashSet<>();
    for (int i = 0; i < policy.rules().size(); i++) {
      Rule rule = policy.rules().get(i);
      String at = "spec.rules[" + i + "]";
      for (int j = 0; j < rule.from().size(); j++) {
        for (Check check : rule.from().get(j)) {
          analyze(policy, check, at + ".from[" + j + "].source", told);
        }
      }
      for (int j = 0; j < rule.when().size(); j++) {
        analyze(policy, rule.when().get(j), at + ".when[" + j + "]", told);
      }
    }
  }

  /**
   * @param told of this policy, each once
   */
  private void analyze(AuthorizationPolicy policy, Check check, String field, Set<String> told) {
    Stream.concat(check.values().stream(), check.notValues().stream())
        .flatMap(value -> named(check.attribute(), value))
        .filter(account -> !known.contains(account) && told.add(account))
        .map(account -> Excerpt.of(account) + " is no service account (" + expected(account) + ")")
        .forEach(
            message ->
                findings.add(
                    new Finding(
                        FindingCode.UNKNOWN_ACCOUNT,
                        policy.id(),
                        policy.location(),
                        field,
                        message)));
  }

  private String expected(String account) {
    String[] parts = account.split("/", -1);
    List<String> near =
        known.stream()
            .filter(it -> it.startsWith(parts[0] + "/") || it.endsWith("/" + parts[1]))
            .sorted()
            .toList();
    return Suggestion.nearest(account, near)
        .map(one -> "expected: one that is there; " + one + "?")
        .orElse("expected: a ServiceAccount, or a workload that has joined as it");
  }

  /** The account that a value names in full; none where it names several, or another mesh's. */
  private Stream<String> named(Attribute attribute, String value) {
    if (attribute == Attribute.SERVICE_ACCOUNT) {
      return Stream.of(value);
    }
    String[] parts = value.split("/", -1);
    boolean ours =
        attribute == Attribute.PRINCIPAL
            && !value.contains("*")
            && parts.length == 5
            && trustDomains.contains(parts[0])
            && parts[1].equals("ns")
            && parts[3].equals("sa");
    return ours ? Stream.of(parts[2] + "/" + parts[4]) : Stream.empty();
  }
}
