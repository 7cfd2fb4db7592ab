package dev.weft.control.config;

import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.OutboundTrafficPolicy;
import dev.weft.control.model.RoutingRule;
import dev.weft.control.model.Workload;
import java.util.List;
import java.util.stream.Stream;

/** Finds whose connections go where the application wants, whatever rules say. */
final class ConnectionAnalyzer {

  private final MeshModel model;

  ConnectionAnalyzer(MeshModel model) {
    this.model = model;
  }

  List<Finding> analyze() {
    return model.workloads().stream()
        .filter(workload -> workload.origin() == Workload.Origin.REGISTERED)
        .filter(workload -> workload.identity() == null)
        .flatMap(workload -> Stream.concat(unrouted(workload), unguarded(workload)))
        .toList();
  }

  /** Nor does anybody ask where its connections go. */
  private Stream<Finding> unguarded(Workload workload) {
    return model.outbound(workload.namespace(), workload.labels())
            == OutboundTrafficPolicy.ALLOW_ANY
        ? Stream.empty()
        : Stream.of(
            Finding.of(
                FindingCode.CONNECTIONS_NOT_REFUSED,
                workload.serviceName()
                    + " ("
                    + workload.id()
                    + ") has no identity; REGISTRY_ONLY holds for its requests, not for its"
                    + " connections (expected: a join token)"));
  }

  /** Its sockets are not woven, so that its requests alone are routed. */
  private Stream<Finding> unrouted(Workload workload) {
    return model.rules().stream()
        .filter(rule -> !rule.l4().isEmpty())
        .filter(rule -> rule.exportTo().includes(workload.namespace()))
        .findFirst()
        .map(rule -> finding(workload, rule))
        .stream();
  }

  private static Finding finding(Workload workload, RoutingRule rule) {
    return Finding.of(
        FindingCode.CONNECTIONS_NOT_ROUTED,
        workload.serviceName()
            + " ("
            + workload.id()
            + ") has no identity; its connections go where it connects, whatever tcp and tls say in"
            + " "
            + rule.id()
            + " (expected: a join token)");
  }
}
