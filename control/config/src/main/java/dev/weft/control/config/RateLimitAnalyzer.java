package dev.weft.control.config;

import dev.weft.control.model.Caller;
import dev.weft.control.model.Destination;
import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.RateLimitPolicy;
import dev.weft.control.model.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds what is valid in RateLimits but probably not meant. */
final class RateLimitAnalyzer {

  private final MeshModel model;
  private final SelectorAnalyzer selectors;
  private final List<Finding> findings = new ArrayList<>();

  RateLimitAnalyzer(MeshModel model) {
    this.model = model;
    this.selectors = new SelectorAnalyzer(model);
  }

  List<Finding> analyze() {
    for (RateLimitPolicy policy : model.rateLimits()) {
      selectors.analyze(policy).ifPresent(findings::add);
      int index = 0;
      for (RateLimitPolicy.Global limit : policy.global()) {
        service(policy, limit, "spec.global[" + index++ + "].service");
      }
    }
    return findings;
  }

  private void service(RateLimitPolicy policy, RateLimitPolicy.Global limit, String field) {
    Destination destination = limit.destination();
    Optional<Service> service =
        model.view(new Caller(policy.id().namespace(), Map.of())).service(destination.host());
    String until =
        limit.failureModeDeny() ? "; until then: requests get 500" : "; until then: no limit";
    if (service.isEmpty()) {
      add(
          FindingCode.UNKNOWN_HOST,
          policy,
          field,
          destination.host()
              + " is not known (expected: a Service, a ServiceEntry or a running workload"
              + until
              + ")");
      return;
    }
    Integer port = destination.port();
    if (port != null && service.get().port(port).isEmpty()) {
      List<Integer> ports = service.get().ports().stream().map(one -> one.number()).toList();
      add(
          FindingCode.UNKNOWN_PORT,
          policy,
          field,
          destination.host()
              + " has no port "
              + port
              + " (expected one of: "
              + ports
              + until
              + ")");
    }
  }

  private void add(FindingCode code, RateLimitPolicy policy, String field, String message) {
    findings.add(new Finding(code, policy.id(), policy.location(), field, message));
  }
}
