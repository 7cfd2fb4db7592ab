package dev.weft.control.config;

import dev.weft.control.model.Finding;
import dev.weft.control.model.FindingCode;
import dev.weft.control.model.InboundPolicy;
import dev.weft.control.model.Listener;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MutualTls;
import dev.weft.control.model.Namespace;
import dev.weft.control.model.PeerPolicy;
import dev.weft.control.model.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what is valid in PeerAuthentications but probably not meant, and who does not obey them.
 */
final class PeerAnalyzer {

  private final MeshModel model;
  private final List<Finding> findings = new ArrayList<>();

  PeerAnalyzer(MeshModel model) {
    this.model = model;
  }

  List<Finding> analyze() {
    shadowedScopes();
    for (PeerPolicy policy : model.peerPolicies()) {
      if (policy.selects()) {
        selected(policy);
      }
    }
    model.workloads().forEach(this::withoutIdentity);
    return findings;
  }

  private void shadowedScopes() {
    Map<Namespace, PeerPolicy> winners = new HashMap<>();
    for (PeerPolicy policy : model.peerPolicies()) {
      if (!policy.selects()) {
        PeerPolicy winner = winners.putIfAbsent(policy.id().namespace(), policy);
        if (winner != null) {
          shadowed(policy, winner, "the whole namespace");
        }
      }
    }
  }

  private void selected(PeerPolicy policy) {
    Namespace root = model.settings().rootNamespace();
    if (policy.id().namespace().equals(root)) {
      add(
          FindingCode.ROOT_SELECTOR,
          policy,
          "spec.selector",
          "has no effect in " + root + " (expected: no selector, or the workload's namespace)");
      return;
    }
    List<Workload> workloads =
        model.workloads().stream().filter(it -> selects(policy, it)).toList();
    if (workloads.isEmpty()) {
      add(
          FindingCode.NOTHING_SELECTED,
          policy,
          "spec.selector",
          "no workload of " + policy.id().namespace() + " carries " + policy.selector());
      return;
    }
    for (Workload workload : workloads) {
      Optional<PeerPolicy> winner =
          model.peerPolicies().stream().filter(it -> selects(it, workload)).findFirst();
      if (winner.isPresent() && !winner.get().equals(policy)) {
        shadowed(policy, winner.get(), "the workload " + workload.serviceName());
        break;
      }
    }
    policy.ports().keySet().stream()
        .sorted()
        .filter(port -> workloads.stream().noneMatch(it -> listens(it, port)))
        .forEach(port -> noListener(policy, port));
  }

  private static boolean selects(PeerPolicy policy, Workload workload) {
    return policy.selects(workload.namespace(), WorkloadIndex.labels(workload));
  }

  private static boolean listens(Workload workload, int port) {
    return workload.listeners().stream().map(Listener::port).anyMatch(it -> it == port);
  }

  private void noListener(PeerPolicy policy, int port) {
    add(
        FindingCode.NO_SUCH_LISTENER,
        policy,
        "spec.portLevelMtls",
        port
            + ": no selected workload listens there (expected: a workload's port, not a"
            + " service's)");
  }

  private void withoutIdentity(Workload workload) {
    if (workload.origin() != Workload.Origin.REGISTERED || workload.identity() != null) {
      return;
    }
    InboundPolicy policy = model.inbound(workload.namespace(), WorkloadIndex.labels(workload));
    boolean strict =
        workload.listeners().stream()
            .anyMatch(listener -> policy.of(listener.port()) == MutualTls.STRICT);
    if (strict) {
      findings.add(
          Finding.of(
              FindingCode.NO_IDENTITY,
              workload.serviceName()
                  + " ("
                  + workload.id()
                  + ") has no identity; it takes plaintext although mutual TLS is STRICT there"
                  + " (expected: a join token)"));
    }
  }

  private void shadowed(PeerPolicy policy, PeerPolicy winner, String scope) {
    add(
        FindingCode.SHADOWED_PEERS,
        policy,
        "spec",
        winner.id() + " (" + winner.location() + ") wins for " + scope);
  }

  private void add(FindingCode code, PeerPolicy policy, String field, String message) {
    findings.add(new Finding(code, policy.id(), policy.location(), field, message));
  }
}
